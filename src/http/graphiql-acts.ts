// The operations of a tab are about one record, whose UUID its variables give: each can be run as it stands,
// in their order. The ids are those of the demo data that `start` loads.

// Not a fragment: the page sends one operation with all fragments, and each of them has to be in use.
const PROBLEM = `... on UserError {
      code
      message
      ... on InvalidInputError {
        issues {
          path
          message
        }
      }
    }`

/** The life of a pledge. */
export const PLEDGE_LIFE = {
  query: `# The life of a pledge: run these in their order. Running one again shows how it is refused.
# Put another version 4 UUID into "pledge" to begin anew.
mutation CreatePledge($pledge: UUID!, $person: UUID!, $owner: UUID!, $agency: UUID!, $focusAreas: [UUID!]) {
  createPledge(
    input: {
      uuid: $pledge
      personUuid: $person
      owningOrganizationUuid: $owner
      recruitingOrganizationUuid: $agency
      focusAreaUuids: $focusAreas
      type: STREET
      recruitingLocationLabel: "Utrecht Centraal"
      initialDonationAmount: "7.50"
      initialDonationInterval: MONTHLY
    }
  ) {
    __typename
    ... on CreatePledgePayload {
      pledge {
        ...PledgeNow
        person {
          firstName
          lastName
        }
        focusAreas {
          name
        }
      }
    }
    ... on PledgeConflictError {
      existingPledge {
        ...PledgeNow
      }
    }
    ${PROBLEM}
  }
}

mutation ReleasePledge($pledge: UUID!) {
  releasePledge(input: { pledgeUuid: $pledge }) {
    __typename
    ... on ReleasePledgePayload {
      pledge {
        ...PledgeNow
      }
    }
    ${PROBLEM}
  }
}

mutation ActivatePledge($pledge: UUID!) {
  activatePledge(input: { pledgeUuid: $pledge }) {
    __typename
    ... on ActivatePledgePayload {
      pledge {
        ...PledgeNow
      }
    }
    ${PROBLEM}
  }
}

mutation UpdatePledge($pledge: UUID!) {
  updatePledge(input: { pledgeUuid: $pledge, donationAmount: "12.50", donationInterval: QUARTERLY }) {
    __typename
    ... on UpdatePledgePayload {
      pledge {
        ...PledgeNow
        donationAmount
        donationInterval
      }
    }
    ${PROBLEM}
  }
}

mutation CancelPledge($pledge: UUID!) {
  cancelPledge(input: { pledgeUuid: $pledge, reason: "moved abroad" }) {
    __typename
    ... on CancelPledgePayload {
      pledge {
        ...PledgeNow
        cancelledAt
        cancellationReason
      }
    }
    ${PROBLEM}
  }
}

query PledgeHistory($pledge: UUID!) {
  pledge(uuid: $pledge) {
    ...PledgeNow
    changes(first: 20) {
      nodes {
        kind
        occurredAt
        actor
        changedFields
      }
    }
  }
}

fragment PledgeNow on Pledge {
  uuid
  status
  releasedAt
  startsAt
  allowedActions
}
`,
  variables: {
    pledge: '2f6c1d9e-8a37-4b52-9e64-0c5d7f81a3b6',
    person: '7830c138-6cf2-4f64-ba55-2021907ec753',
    owner: 'bdccf923-e202-4b5f-bb0d-f08891de8556',
    agency: '4f30a754-e99c-4936-a7a2-e9c846860239',
    focusAreas: ['1b991658-5b58-4860-b0ff-a53072bfab19'],
  },
}

/** The life of a call. */
export const CALL_LIFE = {
  query: `# The life of a call: run these in their order. Running one again shows how it is refused.
# Put another version 4 UUID into "call" to begin anew.
mutation CreateCall($call: UUID!, $person: UUID!, $callCentre: UUID!) {
  createCall(
    input: { uuid: $call, personUuid: $person, organizationUuid: $callCentre, type: HAPPY_CALL }
  ) {
    __typename
    ... on CreateCallPayload {
      call {
        ...CallNow
        person {
          firstName
          lastName
          phoneNumber
        }
      }
    }
    ... on CallConflictError {
      existingCall {
        ...CallNow
      }
    }
    ${PROBLEM}
  }
}

mutation AddCallAttempt($call: UUID!, $agent: UUID!) {
  addCallAttempt(input: { callUuid: $call, attemptedByUuid: $agent }) {
    __typename
    ... on AddCallAttemptPayload {
      call {
        ...CallNow
        attempts {
          attemptedAt
          attemptedBy {
            name
          }
        }
      }
    }
    ${PROBLEM}
  }
}

mutation CompleteCall($call: UUID!, $agent: UUID!) {
  completeCall(input: { callUuid: $call, completedByUuid: $agent, result: "thanked" }) {
    __typename
    ... on CompleteCallPayload {
      call {
        ...CallNow
        completedAt
        completedBy {
          name
        }
        result
      }
    }
    ${PROBLEM}
  }
}

query CallHistory($call: UUID!) {
  call(uuid: $call) {
    ...CallNow
    changes(first: 20) {
      nodes {
        kind
        occurredAt
        actor
        changedFields
      }
    }
  }
}

fragment CallNow on Call {
  uuid
  status
  attemptCount
  attemptsLeft
  allowedActions
}
`,
  variables: {
    call: '6d0b7e42-15c9-4f3a-b8d1-94e2a6c07f58',
    person: '7830c138-6cf2-4f64-ba55-2021907ec753',
    callCentre: '814effd3-32e6-4349-8bd9-d006ddb87988',
    agent: 'cb1e338c-1a52-4492-960a-07c37b63089b',
  },
}
