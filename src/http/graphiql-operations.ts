import { CALL_LIFE, PLEDGE_LIFE } from './graphiql-acts.ts'

/** What somebody can run as it stands on the demo data: one operation, or several in their order. */
export interface ReadyMadeOperation {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

// The page ignores the first tab's own variables: the first operation must have none.

/** What the tabs of the page show, from left to right; the name of each is its title. */
export const GRAPHIQL_OPERATIONS: readonly ReadyMadeOperation[] = [
  {
    query: `# The newest pledges, with all that belongs to them.
query Pledges {
  pledges(first: 5) {
    totalCount
    nodes {
      uuid
      status
      type
      createdAt
      donationAmount
      donationInterval
      allowedActions
      person {
        firstName
        lastName
      }
      owningOrganization {
        name
      }
      recruitingOrganization {
        name
      }
      transactions(first: 3) {
        totalCount
        nodes {
          type
          status
          amount
          createdAt
        }
      }
      calls(first: 3) {
        nodes {
          type
          status
          result
          attemptsLeft
          attempts {
            attemptedAt
            attemptedBy {
              name
            }
          }
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  PLEDGE_LIFE,
  {
    query: `# Calls that are to be made, longest waiting first.
query CallQueue($filter: CallFilter) {
  calls(first: 10, filter: $filter, orderBy: { field: REQUESTED_AT, direction: ASC }) {
    totalCount
    nodes {
      uuid
      type
      requestedAt
      attemptCount
      attemptsLeft
      organization {
        name
      }
      person {
        firstName
        lastName
        phoneNumber
      }
      pledge {
        status
        donationAmount
      }
    }
  }
}
`,
    variables: {
      filter: { status: ['REQUESTED'], type: ['VERIFICATION', 'HAPPY_CALL'], external: false },
    },
  },
  CALL_LIFE,
  {
    query: `# Donors, each with their pledges and calls.
query Persons {
  persons(first: 3) {
    nodes {
      id
      firstName
      lastName
      email
      owningOrganization {
        name
      }
      pledges(first: 5) {
        totalCount
        nodes {
          status
          donationAmount
          donationInterval
          cancellationReason
          focusAreas {
            name
          }
        }
      }
      calls(first: 5, filter: { status: [COMPLETED] }) {
        nodes {
          type
          completedAt
          result
        }
      }
    }
  }
}
`,
  },
  {
    query: `# Pages: put endCursor into "after" for the next one.
query Page($first: Int!, $after: String, $filter: PledgeFilter) {
  pledges(first: $first, after: $after, filter: $filter) {
    totalCount
    edges {
      cursor
      node {
        uuid
        createdAt
        releasedAt
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
`,
    variables: { first: 10, after: null, filter: { status: ['ACTIVE'], type: ['STREET'] } },
  },
  {
    query: `# Any record by its id: take one from another answer.
query Node($id: ID!) {
  node(id: $id) {
    id
    __typename
    ... on Organization {
      name
      maxCallAttempts
    }
    ... on Person {
      firstName
      lastName
    }
    ... on Pledge {
      createdAt
      pledgeStatus: status
    }
    ... on Call {
      requestedAt
      callStatus: status
    }
  }
}
`,
    // The newest pledge of the demo data that `start` loads.
    variables: { id: 'UGxlZGdlOjQzZGNlOTliLWU4N2ItNDMyNi1hNzhkLTM0ZWE3NTM4MWNjYg==' },
  },
  {
    query: `# What happened last; and, with Follow, what happens from now on: act in another tab meanwhile.
query Changes {
  changes(last: 10) {
    edges {
      cursor
      node {
        ...WhatHappened
      }
    }
  }
}

subscription Follow($after: String) {
  changes(after: $after) {
    cursor
    node {
      ...WhatHappened
    }
  }
}

fragment WhatHappened on Change {
  kind
  occurredAt
  actor
  changedFields
  pledge {
    uuid
    status
  }
  call {
    uuid
    status
  }
}
`,
    variables: { after: null },
  },
  {
    query: `# Your account, with what it may do and see.
query Viewer {
  viewer {
    email
    permissions
    organizations {
      name
    }
  }
}
`,
  },
]
