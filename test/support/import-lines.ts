import { randomUUID } from 'node:crypto'

export type ImportLine = Readonly<Record<string, unknown>> & { readonly uuid: string }

// Lines that say no more than they have to, and what the test gives.

export function organizationLine(fields: object = {}): ImportLine {
  return { entity: 'organization', uuid: randomUUID(), name: 'Stichting Helder Water', ...fields }
}

export function focusAreaLine(organization: ImportLine, fields: object = {}): ImportLine {
  return {
    entity: 'focusArea',
    uuid: randomUUID(),
    name: 'Drinkwater',
    organizationUuid: organization.uuid,
    ...fields,
  }
}

export function userLine(fields: object = {}): ImportLine {
  return { entity: 'user', uuid: randomUUID(), name: 'Sanne de Wit', ...fields }
}

export function personLine(owner: ImportLine, fields: object = {}): ImportLine {
  return {
    entity: 'person',
    uuid: randomUUID(),
    owningOrganizationUuid: owner.uuid,
    lastName: 'Jansen',
    ...fields,
  }
}

export function pledgeLine(person: ImportLine, fields: object = {}): ImportLine {
  const owner = person['owningOrganizationUuid']
  return {
    entity: 'pledge',
    uuid: randomUUID(),
    externalSource: { name: 'backstage', id: randomUUID() },
    personUuid: person.uuid,
    owningOrganizationUuid: owner,
    recruitingOrganizationUuid: owner,
    type: 'STREET',
    ...fields,
  }
}

export function transactionLine(pledge: ImportLine, fields: object = {}): ImportLine {
  return {
    entity: 'transaction',
    uuid: randomUUID(),
    pledgeUuid: pledge.uuid,
    type: 'DIRECT_DEBIT',
    status: 'COLLECTED',
    amount: '7.50',
    createdAt: '2026-04-01T08:00:00.000Z',
    ...fields,
  }
}

export function callLine(person: ImportLine, fields: object = {}): ImportLine {
  return {
    entity: 'call',
    uuid: randomUUID(),
    externalMetadata: { applicationName: 'dialler', referenceId: randomUUID() },
    personUuid: person.uuid,
    organizationUuid: person['owningOrganizationUuid'],
    ...fields,
  }
}

/** Some donors with all that belongs to them, each after what it refers to. */
export function donorLines(donors: number): ImportLine[] {
  const organization = organizationLine()
  const lines = [organization]
  for (let donor = 0; donor < donors; donor += 1) {
    const person = personLine(organization)
    const pledge = pledgeLine(person, { originMetadata: { donor } })
    const call = callLine(person, {
      pledgeUuid: pledge.uuid,
      attempts: [{ attemptedAt: '2026-04-01T08:00:00Z' }],
    })
    lines.push(person, pledge, transactionLine(pledge), call)
  }
  return lines
}

export const source = (id: string) => ({ name: 'backstage', id })

export const reference = (referenceId: string) => ({
  applicationName: 'dialler',
  referenceId,
  agentReferenceId: 'agent-7',
  statusCode: '200',
  statusDescription: 'Done',
})

/** A line that says everything about a pledge. */
export function fullPledgeLine(
  person: ImportLine,
  recruiter: ImportLine,
  areas: readonly ImportLine[],
  fields: object = {},
): ImportLine {
  return pledgeLine(person, {
    externalSource: source('case-1'),
    type: 'D2D',
    status: 'CANCELLED',
    createdAt: '2026-03-01T08:00:00Z',
    updatedAt: '2026-04-03T10:00:00+02:00',
    recruitingLocationLabel: 'Utrecht',
    recruiterUuid: recruiter.uuid,
    initialDonationAmount: '7.5',
    initialDonationInterval: 'MONTHLY',
    donationAmount: 10,
    donationInterval: 'QUARTERLY',
    preferredPaymentDay: 28,
    startsAt: '2026-04-01T00:00:00Z',
    endsAt: '2027-04-01T00:00:00.1239Z',
    releasedAt: '2026-03-15T08:00:00Z',
    droppedAt: null,
    cancelledAt: '2026-04-02T08:00:00Z',
    cancellationReason: 'Verhuisd',
    focusAreaUuids: areas.map(({ uuid }) => uuid),
    originMetadata: { team: 'Noord', scores: [1, 2.5, null] },
    externalProperties: { über: { deep: ['x'] } },
    ...fields,
  })
}

/** A line that says everything about a call. */
export function fullCallLine(
  person: ImportLine,
  pledge: ImportLine,
  user: ImportLine,
  fields: object = {},
): ImportLine {
  return callLine(person, {
    externalMetadata: reference('ref-1'),
    pledgeUuid: pledge.uuid,
    type: 'WINBACK',
    status: 'COMPLETED',
    requestedAt: '2026-04-01T08:00:00Z',
    requestedByUuid: user.uuid,
    attempts: [
      { attemptedAt: '2026-04-02T07:00:00Z' },
      { attemptedAt: '2026-04-01T09:00:00Z', attemptedByUuid: user.uuid },
    ],
    result: 'reached',
    completedAt: '2026-04-02T08:00:00Z',
    completedByUuid: user.uuid,
    cancelledAt: null,
    expiresAt: '2026-06-01T08:00:00Z',
    expiredAt: null,
    notes: '',
    createdAt: '2026-04-01T07:00:00Z',
    updatedAt: '2026-04-03T08:00:00Z',
    ...fields,
  })
}
