import { describe, expect, test } from 'vitest'
import type { Issue } from '../src/core/error.ts'
import {
  type CorrectedPledge,
  type Correction,
  decideCorrection,
} from '../src/pledge/field-rules.ts'
import { PLEDGE_STATUSES } from '../src/pledge/rules.ts'

// The rule book of what can be corrected in a pledge. No database takes part.

const NOW = new Date('2026-06-01T12:00:00.000Z')
const LATER = new Date(NOW.getTime() + 1)
const INSTANT = new Date('2026-05-01T00:00:00.000Z')
const UUID = '5cf67f69-34d0-46fe-b904-20d56248a844'
const OTHER_UUID = '82b431f0-f401-4afd-b6db-9d1d751232d9'

describe('a correction', () => {
  const PROPERTIES = { tier: { level: 1, tags: ['a'] } }
  const stored: CorrectedPledge = {
    status: 'LEAD',
    externalSourceName: null,
    recruitingLocationLabel: 'Utrecht',
    recruiterUuid: UUID,
    startsAt: INSTANT,
    endsAt: LATER,
    donationAmount: '7.50',
    donationInterval: 'MONTHLY',
    externalProperties: PROPERTIES,
  }
  const OTHER = {
    recruitingLocationLabel: 'Zwolle',
    recruiterUuid: OTHER_UUID,
    startsAt: NOW,
    endsAt: new Date('2027-01-01T00:00:00.000Z'),
    donationAmount: '10.00',
    donationInterval: 'YEARLY',
    externalProperties: { tier: { level: 2, tags: ['a'] } },
  } as const
  const NAMES = Object.keys(OTHER) as (keyof Correction)[]

  const CLEARABLE = NAMES.filter((name) => !name.startsWith('donation'))
  const MANAGED_ONLY = ['endsAt', 'donationAmount', 'donationInterval']
  const KEPT_IN_THE_END = ['startsAt', ...MANAGED_ONLY]
  const CASES = PLEDGE_STATUSES.flatMap((status) => [
    {
      what: `a managed pledge that is ${status}`,
      pledge: { ...stored, status },
      kept: ['LEAD', 'ACTIVE'].includes(status) ? [] : KEPT_IN_THE_END,
    },
    {
      what: `an external pledge that is ${status}`,
      pledge: { ...stored, status, externalSourceName: 'crm' },
      kept: MANAGED_ONLY,
    },
  ])

  test.each(CASES)('of $what keeps $kept', ({ pledge, kept }) => {
    for (const name of NAMES) {
      const { columns, issues } = decideCorrection(pledge, { [name]: OTHER[name] })
      if (kept.includes(name)) expect(issues.map(({ path }) => path)).toEqual([[name]])
      else expect({ columns, issues }).toEqual({ columns: { [name]: OTHER[name] }, issues: [] })
    }
    const { issues } = decideCorrection(pledge, OTHER)
    expect(issues.map(({ path }) => path.join('.')).toSorted()).toEqual(kept.toSorted())
  })

  test.each(CASES)('of $what that says what is so already changes nothing', ({ pledge }) => {
    const isExternal = pledge.externalSourceName !== null
    const same = {
      ...stored,
      startsAt: new Date(INSTANT),
      endsAt: new Date(LATER),
      externalProperties: { tier: { tags: ['a'], level: 1 } },
    }
    for (const name of NAMES) {
      const decision = decideCorrection(pledge, { [name]: same[name] })
      expect(decision.columns).toEqual({})
      // It is not even asked for, where its source decides.
      const isRefused = isExternal && MANAGED_ONLY.includes(name)
      expect(decision.issues).toHaveLength(isRefused ? 1 : 0)
    }
    expect(decideCorrection(pledge, {})).toEqual({ columns: {}, issues: [] })
    expect(decideCorrection(pledge, { startsAt: undefined })).toEqual({ columns: {}, issues: [] })
  })

  test.each(CASES)('of $what clears all by null but $kept and the donation', ({ pledge, kept }) => {
    const DONATION = ['donationAmount', 'donationInterval']
    const issueOf = (name: keyof Correction) => {
      const { columns, issues } = decideCorrection(pledge, { [name]: null })
      if (issues.length === 0) expect(columns).toEqual({ [name]: null })
      return issues
    }
    for (const name of NAMES) {
      if (kept.includes(name)) {
        // Whatever it is that does not replace it.
        expect(issueOf(name)).toEqual(decideCorrection(pledge, { [name]: OTHER[name] }).issues)
      } else if (DONATION.includes(name)) {
        const message = 'cannot be cleared: leave it out, or give a value'
        expect(issueOf(name)).toEqual([{ path: [name], message }])
      } else {
        expect(issueOf(name)).toEqual([])
      }
    }
    const nothing = Object.fromEntries(NAMES.map((name) => [name, null]))
    const { issues } = decideCorrection(pledge, nothing)
    expect(issues.toSorted(byPath)).toEqual(NAMES.flatMap(issueOf).toSorted(byPath))
    expect(new Set(issues.map(({ path }) => path.join('.')))).toEqual(
      new Set([...kept, ...DONATION]),
    )
  })

  test.each(CASES)('of $what clears again what is empty', ({ pledge, kept }) => {
    const isExternal = pledge.externalSourceName !== null
    const empty = { ...pledge, ...Object.fromEntries(CLEARABLE.map((name) => [name, null])) }
    for (const name of CLEARABLE) {
      const { columns, issues } = decideCorrection(empty, { [name]: null })
      expect(columns).toEqual({})
      expect(issues).toHaveLength(isExternal && kept.includes(name) ? 1 : 0)
    }
  })

  test('tells of what it clears and of what it moves at once', () => {
    const moved = { startsAt: LATER, endsAt: NOW, donationAmount: null, donationInterval: null }
    const { issues } = decideCorrection(stored, moved)
    expect(issues.map(({ path }) => path.join('.'))).toEqual([
      'donationAmount',
      'donationInterval',
      'endsAt',
    ])
  })

  test.each<[string, Correction, string[]]>([
    ['an end before the stored start', { endsAt: new Date(INSTANT.getTime() - 1) }, ['endsAt']],
    ['a start after the stored end', { startsAt: new Date(LATER.getTime() + 1) }, ['startsAt']],
    ['an end before the given start', { startsAt: LATER, endsAt: NOW }, ['endsAt']],
    ['an end at the start', { endsAt: INSTANT }, []],
    ['both later', { startsAt: LATER, endsAt: LATER }, []],
    ['an end, and no start', { startsAt: null, endsAt: new Date(0) }, []],
    ['a start, and no end', { startsAt: new Date('2030-01-01T00:00:00Z'), endsAt: null }, []],
  ])('to %s', (_, correction, refused) => {
    const { issues } = decideCorrection(stored, correction)
    expect(issues.map(({ path }) => path.join('.'))).toEqual(refused)
  })

  test('of an external pledge may start after it ends', () => {
    const external = { ...stored, externalSourceName: 'crm' }
    const startsAt = new Date('2030-01-01T00:00:00Z')
    expect(decideCorrection(external, { startsAt })).toEqual({ columns: { startsAt }, issues: [] })
  })
})

function byPath(one: Issue, other: Issue): number {
  return one.path.join('.') < other.path.join('.') ? -1 : 1
}
