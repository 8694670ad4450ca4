import { isWantedCall, isWantedPledge, type ListArguments, pageOf } from './reference-list.ts'
import { byUuid, type Sight } from './reference-sight.ts'
import type { World } from './world.ts'

type Pledge = World['pledges'][number]
type Call = World['calls'][number]
type Person = World['persons'][number]
type Transaction = World['transactions'][number]
type Organization = World['organizations'][number]
type Change = World['changes'][number]

/** What the executor asks for of each record: its columns, and a function for everything that is nested. */
export function recordsOf(world: World, { sees, need, mayDo }: Sight, now: Date) {
  const organization = (row: Organization) => ({
    ...named('Organization', row),
    maxCallAttempts: sees.organization(row) ? row.maxCallAttempts : null,
  })
  const organizationBy = (uuid: string) => organization(byUuid(world.organizations, uuid))
  const userBy = (uuid: string | null) =>
    uuid === null ? null : named('User', byUuid(world.users, uuid))
  const personBy = (uuid: string) => {
    need('PERSONS_READ')
    return person(byUuid(world.persons, uuid))
  }
  const pledgeBy = (uuid: string | null) => {
    need('PLEDGES_READ')
    const found = world.pledges.find((each) => each.uuid === uuid)
    return found && sees.pledge(found) ? pledge(found) : null
  }

  const pledges = (coordinate: string, args: ListArguments, isListed: (row: Pledge) => boolean) => {
    need('PLEDGES_READ')
    if (typeof args.filter?.['hasIdealQrTransaction'] === 'boolean') need('TRANSACTIONS_READ')
    const rows = world.pledges.filter(
      (row) => sees.pledge(row) && isListed(row) && isWantedPledge(world, args.filter, row),
    )
    const orders = {
      CREATED_AT: (row: Pledge) => row.createdAt,
      UPDATED_AT: (row: Pledge) => row.updatedAt,
    }
    return pageOf({ coordinate, rows, orders, show: pledge }, args)
  }
  const calls = (coordinate: string, args: ListArguments, isListed: (row: Call) => boolean) => {
    need('CALLS_READ')
    const seesPledge = (uuid: string) => sees.pledge(byUuid(world.pledges, uuid))
    const rows = world.calls.filter(
      (row) => sees.call(row) && isListed(row) && isWantedCall(args.filter, row, seesPledge),
    )
    const orders = {
      CREATED_AT: (row: Call) => row.createdAt,
      UPDATED_AT: (row: Call) => row.updatedAt,
      REQUESTED_AT: (row: Call) => row.requestedAt,
    }
    return pageOf({ coordinate, rows, orders, show: call }, args)
  }

  const changes = (list: string, args: ListArguments, isListed: (row: Change) => boolean) => {
    const rows = world.changes.filter((row) => sees.change(row) && isListed(row))
    return pageOf(
      { coordinate: list, rows, numberOf: ({ position }) => position!, show: change },
      args,
    )
  }

  const pledge = (row: Pledge) => ({
    ...named('Pledge', row),
    owningOrganization: () => organizationBy(row.owningOrganizationUuid),
    recruitingOrganization: () => organizationBy(row.recruitingOrganizationUuid),
    person: () => personBy(row.personUuid),
    recruiter: () => userBy(row.recruiterUuid),
    focusAreas: () => {
      const given = world.pledgeFocusAreas.filter(({ pledgeUuid }) => pledgeUuid === row.uuid)
      return given
        .map(({ focusAreaUuid }) => byUuid(world.focusAreas, focusAreaUuid))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
        .map((each) => named('FocusArea', each))
    },
    signatureUrl: null,
    externalSource:
      row.externalSourceName === null
        ? null
        : { name: row.externalSourceName, id: row.externalSourceId },
    transactions: (args: ListArguments) => {
      need('TRANSACTIONS_READ')
      const rows = world.transactions.filter(({ pledgeUuid }) => pledgeUuid === row.uuid)
      const orders = { CREATED_AT: (each: Transaction) => each.createdAt }
      return pageOf({ coordinate: 'Pledge.transactions', rows, orders, show: transaction }, args)
    },
    calls: (args: ListArguments) =>
      calls('Pledge.calls', args, ({ pledgeUuid }) => pledgeUuid === row.uuid),
    changes: (args: ListArguments) =>
      changes('Pledge.changes', args, ({ pledgeUuid }) => pledgeUuid === row.uuid),
    allowedActions: () => actionsOn(row).filter((action) => mayDo(`PLEDGES_${action}`)),
  })
  const actionsOn = ({ uuid, status, externalSourceName, releasedAt, endsAt }: Pledge) => {
    if (externalSourceName !== null) return ['UPDATE']
    if (status === 'ACTIVE') {
      return endsAt !== null && endsAt <= now
        ? ['UPDATE', 'CANCEL', 'FULFILL']
        : ['UPDATE', 'CANCEL']
    }
    if (status !== 'LEAD') return ['UPDATE']
    if (releasedAt !== null) return ['UPDATE', 'ACTIVATE', 'CANCEL']
    const wasCollected = world.transactions.some(
      (each) => each.pledgeUuid === uuid && ['COLLECTED', 'REVERSED'].includes(each.status),
    )
    return ['UPDATE', 'RELEASE', wasCollected ? 'CANCEL' : 'DROP']
  }

  const call = (row: Call) => {
    const attempts = world.callAttempts.filter(({ callUuid }) => callUuid === row.uuid)
    const owner = byUuid(world.persons, row.personUuid).owningOrganizationUuid
    const most = byUuid(world.organizations, owner).maxCallAttempts
    const isExternal = row.externalApplicationName !== null
    const left = row.status === 'REQUESTED' ? Math.max(0, most - attempts.length) : 0
    return {
      ...named('Call', row),
      requestedBy: () => userBy(row.requestedByUuid),
      completedBy: () => userBy(row.completedByUuid),
      attempts: () =>
        attempts
          .toSorted((one, other) => one.number - other.number)
          .map(({ attemptedAt, attemptedByUuid }) => ({
            attemptedAt,
            attemptedBy: () => userBy(attemptedByUuid),
          })),
      attemptCount: attempts.length,
      attemptsLeft: isExternal ? null : left,
      person: () => personBy(row.personUuid),
      pledge: () => pledgeBy(row.pledgeUuid),
      organization: () => organizationBy(row.organizationUuid),
      changes: (args: ListArguments) =>
        changes('Call.changes', args, ({ callUuid }) => callUuid === row.uuid),
      externalMetadata: isExternal
        ? {
            applicationName: row.externalApplicationName,
            referenceId: row.externalReferenceId,
            agentReferenceId: row.externalAgentReferenceId,
            statusCode: row.externalStatusCode,
            statusDescription: row.externalStatusDescription,
          }
        : null,
      allowedActions: () => {
        if (isExternal || row.status !== 'REQUESTED') return []
        return [
          ...(left > 0 && mayDo('CALLS_ATTEMPT') ? ['ADD_ATTEMPT'] : []),
          ...['COMPLETE', 'CANCEL', 'EXPIRE'].filter((action) => mayDo(`CALLS_${action}`)),
        ]
      },
    }
  }

  const person = (row: Person) => ({
    ...named('Person', row),
    owningOrganization: () => organizationBy(row.owningOrganizationUuid),
    pledges: (args: ListArguments) =>
      pledges('Person.pledges', args, ({ personUuid }) => personUuid === row.uuid),
    calls: (args: ListArguments) =>
      calls('Person.calls', args, ({ personUuid }) => personUuid === row.uuid),
    changes: (args: ListArguments) =>
      changes('Person.changes', args, ({ personUuid }) => personUuid === row.uuid),
  })
  const transaction = (row: Transaction) => ({
    ...named('Transaction', row),
    pledge: () => pledgeBy(row.pledgeUuid),
    changes: (args: ListArguments) =>
      changes('Transaction.changes', args, ({ transactionUuid }) => transactionUuid === row.uuid),
  })

  const change = (row: Change): object => ({
    ...named('Change', row),
    pledge: () => (row.pledgeUuid === null ? null : pledge(byUuid(world.pledges, row.pledgeUuid))),
    call: () => (row.callUuid === null ? null : call(byUuid(world.calls, row.callUuid))),
    person: () => (row.personUuid === null ? null : person(byUuid(world.persons, row.personUuid))),
    transaction: () =>
      row.transactionUuid === null
        ? null
        : transaction(byUuid(world.transactions, row.transactionUuid)),
  })

  return { organization, pledge, call, person, transaction, change, pledges, calls, changes }
}

/** A record with its two names, and its columns, which are called as its fields are. */
export function named<Row extends { readonly uuid: string }>(typename: string, row: Row) {
  return { ...row, __typename: typename, id: btoa(`${typename}:${row.uuid}`) }
}
