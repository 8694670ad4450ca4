import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../src/core/user-error.ts'
import { readInput } from '../src/core/field.ts'
import {
  cancelPledgeInput,
  decideCreation,
  dropPledgeInput,
  readCreatePledge,
  readUpdatePledge,
} from '../src/pledge/field-rules.ts'
import { PLEDGE_STATUSES } from '../src/pledge/rules.ts'
import { sampleFiles } from './support/media.ts'

// The rule book of a pledge's fields. No database takes part.

const NOW = new Date('2026-06-01T12:00:00.000Z')
const LATER = new Date(NOW.getTime() + 1)
const clock = () => NOW
const UUID = '5cf67f69-34d0-46fe-b904-20d56248a844'
const OTHER_UUID = '82b431f0-f401-4afd-b6db-9d1d751232d9'
const INSTANT = new Date('2026-05-01T00:00:00.000Z')
const SIGNATURE = {
  contentType: 'image/png',
  base64: (await sampleFiles())['image/png'].toString('base64'),
}
const DEEPEST: object = Array.from({ length: 31 }).reduce<object>((inner) => ({ inner }), {})
const AMOUNTS = ['0.01', '7.5', '7.50', '1000000']
const BAD_AMOUNTS = ['0', '-1', '1000000.01', '7.505', 'seven']
const BAD_OBJECTS = [{ inner: DEEPEST }, { text: 'x'.repeat(65_536) }, { text: '\0' }, [1]]

interface FieldRule {
  readonly managed: 'required' | 'optional' | 'forbidden'
  readonly external: 'required' | 'optional' | 'forbidden'
  readonly accepted: readonly unknown[]
  readonly refused: readonly unknown[]
}

const NEEDED = { managed: 'required', external: 'required' } as const
const OPTIONAL = { managed: 'optional', external: 'optional' } as const
const EXTERNAL_ONLY = { managed: 'forbidden', external: 'optional' } as const

const FIELDS: Readonly<Record<string, FieldRule>> = {
  uuid: { ...OPTIONAL, accepted: [UUID, UUID.toUpperCase()], refused: ['5cf67f69', 1] },
  externalSource: {
    managed: 'optional',
    external: 'required',
    accepted: [{ name: 'x'.repeat(255), id: '1' }],
    refused: [
      { name: '', id: '1' },
      { name: 'crm', id: ' ' },
      { name: 'crm', id: 'x'.repeat(256) },
      { name: 'crm' },
    ],
  },
  personUuid: { ...NEEDED, accepted: [UUID], refused: ['1'] },
  owningOrganizationUuid: { ...NEEDED, accepted: [UUID], refused: ['1'] },
  recruitingOrganizationUuid: { ...NEEDED, accepted: [UUID], refused: ['1'] },
  type: { ...NEEDED, accepted: ['D2D', 'STREET'], refused: ['PHONE'] },
  status: { ...EXTERNAL_ONLY, accepted: PLEDGE_STATUSES, refused: ['PAUSED'] },
  createdAt: { ...OPTIONAL, accepted: [INSTANT, NOW], refused: [LATER, 'yesterday'] },
  recruitingLocationLabel: {
    ...OPTIONAL,
    accepted: ['Utrecht', '', 'x'.repeat(255), '💧'.repeat(255)],
    refused: ['x'.repeat(256), 'a\0b', '\ud800'],
  },
  recruiterUuid: { ...OPTIONAL, accepted: [UUID], refused: ['1'] },
  initialDonationAmount: {
    managed: 'required',
    external: 'optional',
    accepted: AMOUNTS,
    refused: BAD_AMOUNTS,
  },
  initialDonationInterval: {
    managed: 'required',
    external: 'optional',
    accepted: ['ONCE', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'HALF_YEARLY', 'YEARLY'],
    refused: ['DAILY'],
  },
  donationAmount: { ...EXTERNAL_ONLY, accepted: AMOUNTS, refused: BAD_AMOUNTS },
  donationInterval: { ...EXTERNAL_ONLY, accepted: ['ONCE'], refused: ['DAILY'] },
  preferredPaymentDay: { ...OPTIONAL, accepted: [1, 28], refused: [0, 29, -1, 1.5, '1'] },
  startsAt: { ...OPTIONAL, accepted: [INSTANT, LATER], refused: ['tomorrow'] },
  endsAt: { ...EXTERNAL_ONLY, accepted: [INSTANT, LATER], refused: ['tomorrow'] },
  releasedAt: { ...EXTERNAL_ONLY, accepted: [INSTANT, LATER], refused: ['tomorrow'] },
  droppedAt: { ...EXTERNAL_ONLY, accepted: [INSTANT, LATER], refused: ['tomorrow'] },
  cancelledAt: { ...EXTERNAL_ONLY, accepted: [INSTANT, LATER], refused: ['tomorrow'] },
  cancellationReason: {
    ...EXTERNAL_ONLY,
    accepted: ['moved', 'x'.repeat(1_000)],
    refused: ['', ' \n', 'x'.repeat(1_001)],
  },
  focusAreaUuids: {
    ...OPTIONAL,
    accepted: [[], [UUID, OTHER_UUID]],
    refused: [['1'], [UUID, UUID.toUpperCase()], UUID],
  },
  signature: {
    ...OPTIONAL,
    accepted: [SIGNATURE],
    refused: [
      { ...SIGNATURE, contentType: 'image/jpeg' },
      { ...SIGNATURE, base64: 'AAAA' },
    ],
  },
  originMetadata: { ...OPTIONAL, accepted: [{}, DEEPEST], refused: BAD_OBJECTS },
  externalProperties: { ...OPTIONAL, accepted: [{}, DEEPEST], refused: BAD_OBJECTS },
}

const MANAGED = {
  personUuid: UUID,
  owningOrganizationUuid: UUID,
  recruitingOrganizationUuid: UUID,
  type: 'D2D',
  initialDonationAmount: '7.50',
  initialDonationInterval: 'MONTHLY',
}
const EXTERNAL = {
  personUuid: UUID,
  owningOrganizationUuid: UUID,
  recruitingOrganizationUuid: UUID,
  type: 'D2D',
  externalSource: { name: 'crm', id: '1' },
}

describe.each([
  ['managed', MANAGED],
  ['external', EXTERNAL],
] as const)('of a new %s pledge', (kind, whole) => {
  test.each(Object.entries(FIELDS))('%s is as the rule says', async (name, rule) => {
    const { [name as never]: _, ...without } = { ...whole }
    const refusedFor = async (given: object) =>
      await refusedFields(readCreatePledge({ ...without, ...given }, clock))
    for (const absence of [{}, { [name]: null }, { [name]: undefined }]) {
      // A managed pledge that is given one becomes external, and an external one without it managed.
      const makesItManaged = name === 'externalSource' && kind === 'external'
      expect(await refusedFor(absence)).toEqual(
        makesItManaged
          ? ['initialDonationAmount', 'initialDonationInterval']
          : rule[kind] === 'required'
            ? [name]
            : [],
      )
    }
    for (const value of rule.accepted) {
      expect(await refusedFor({ [name]: value })).toEqual(rule[kind] === 'forbidden' ? [name] : [])
    }
    for (const value of rule.refused) {
      const refused = await refusedFor({ [name]: value })
      expect(refused).toEqual([expect.stringMatching(new RegExp(`^${name}(\\.|$)`))])
    }
  })

  test('everything that is wrong is told at once', async () => {
    const wrong = Object.entries(FIELDS)
      .filter(([name]) => name !== 'externalSource')
      .map(([name, { refused }]) => [name, refused[0]])
    const refused = await refusedFields(
      readCreatePledge({ ...whole, ...Object.fromEntries(wrong) }, clock),
    )
    expect(new Set(refused.map((path) => path.split('.')[0]))).toEqual(
      new Set(wrong.map(([name]) => name)),
    )
  })

  test('nothing else is accepted', async () => {
    expect(await refusedFields(readCreatePledge({ ...whole, updatedAt: NOW }, clock))).toEqual([
      'updatedAt',
    ])
  })
})

describe('a new pledge', () => {
  test('that is managed is a lead with the donation that was pledged', async () => {
    const decided = decideCreation(await readCreatePledge(MANAGED, clock), NOW)
    const { status, createdAt, updatedAt, ...rest } = decided
    expect({ status, createdAt, updatedAt }).toEqual({
      status: 'LEAD',
      createdAt: NOW,
      updatedAt: NOW,
    })
    const { personUuid, owningOrganizationUuid, recruitingOrganizationUuid, type } = MANAGED
    expect(Object.entries(rest).filter(([, value]) => value !== null)).toEqual(
      Object.entries({
        type,
        personUuid,
        owningOrganizationUuid,
        recruitingOrganizationUuid,
        initialDonationAmount: '7.50',
        initialDonationInterval: 'MONTHLY',
        donationAmount: '7.50',
        donationInterval: 'MONTHLY',
      }),
    )
  })

  test('that is external is what its source says, and nothing more', async () => {
    const bare = decideCreation(await readCreatePledge(EXTERNAL, clock), NOW)
    expect(bare).toMatchObject({
      status: 'LEAD',
      initialDonationAmount: null,
      donationAmount: null,
      donationInterval: null,
      externalSourceName: 'crm',
      externalSourceId: '1',
    })
    const given = {
      status: 'ACTIVE',
      initialDonationAmount: '5',
      endsAt: new Date(0),
      startsAt: NOW,
    }
    const full = decideCreation(await readCreatePledge({ ...EXTERNAL, ...given }, clock), NOW)
    expect(full).toMatchObject({ ...given, initialDonationAmount: '5.00', donationAmount: null })
  })
})

describe('the input of an act is right by itself', () => {
  const correct = (given: object) =>
    refusedFields(() => readUpdatePledge({ pledgeUuid: UUID, ...given }))
  const drop = (given: object) =>
    refusedFields(() => readInput(dropPledgeInput(clock), { pledgeUuid: UUID, ...given }))
  const cancel = (given: object) =>
    refusedFields(() => readInput(cancelPledgeInput(clock), { pledgeUuid: UUID, ...given }))

  test.each([
    'recruitingLocationLabel',
    'recruiterUuid',
    'startsAt',
    'endsAt',
    'donationAmount',
    'donationInterval',
    'externalProperties',
  ])('a correction of %s', async (name) => {
    const rule = FIELDS[name]!
    for (const value of rule.accepted) expect(await correct({ [name]: value })).toEqual([])
    for (const value of rule.refused) expect(await correct({ [name]: value })).toEqual([name])
    // Of the donation it is for the pledge to say why not.
    expect(await correct({ [name]: null })).toEqual([])
  })

  test('a correction of whatever else', async () => {
    const given = { status: 'ACTIVE', preferredPaymentDay: 3 }
    expect(await correct(given)).toEqual(['status', 'preferredPaymentDay'])
  })

  test('a correction that clears the donation is told so beside whatever else is wrong', async () => {
    const cleared = { donationAmount: null, donationInterval: null }
    expect(await correct({ ...cleared, status: null, pledgeUuid: null })).toEqual([
      'pledgeUuid',
      'status',
      'donationAmount',
      'donationInterval',
    ])
    expect(await correct({ ...cleared, donationAmount: '0' })).toEqual([
      'donationAmount',
      'donationInterval',
    ])
  })

  test('a drop and a cancellation, neither in the future', async () => {
    for (const [act, field, given] of [
      [drop, 'droppedAt', {}],
      [cancel, 'cancelledAt', { reason: 'moved' }],
    ] as const) {
      for (const at of [NOW, null, undefined])
        expect(await act({ ...given, [field]: at })).toEqual([])
      expect(await act({ ...given, [field]: LATER })).toEqual([field])
    }
  })

  test('a cancellation with a reason', async () => {
    const { accepted, refused } = FIELDS['cancellationReason']!
    for (const reason of accepted) expect(await cancel({ reason })).toEqual([])
    for (const reason of [...refused, null, undefined]) {
      expect(await cancel({ reason })).toEqual(['reason'])
    }
    expect(await cancel({ reason: '', cancelledAt: LATER })).toEqual(['reason', 'cancelledAt'])
  })
})

/** The fields that reading an input refuses, as dotted paths; each says what is accepted. */
async function refusedFields(read: Promise<unknown> | (() => unknown)): Promise<string[]> {
  try {
    await (typeof read === 'function' ? read() : read)
    return []
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    for (const { message } of error.issues) {
      expect(message).toMatch(/^(is|makes|cannot|must) /)
      expect(message).not.toMatch(/invalid|expected/i)
    }
    return error.issues.map(({ path }) => path.join('.'))
  }
}
