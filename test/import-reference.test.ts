import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { pledges } from '../src/pledge/table.ts'
import { openTestDatabase } from './support/database.ts'
import { importFile } from './support/import-file.ts'
import {
  callLine,
  focusAreaLine,
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
  transactionLine,
  userLine,
} from './support/import-lines.ts'
import { insertCall, insertPledge } from './support/records.ts'

const nobody = { uuid: 'e5c4b7da-42d0-4304-9895-e759db214378' } as ImportLine
const owner = organizationLine()
const other = organizationLine()
const person = personLine(owner)
const stranger = personLine(other)
const area = focusAreaLine(owner)
const strangeArea = focusAreaLine(other)

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  await importFile(database, [owner, other, person, stranger, area, strangeArea])
})

afterAll(() => database.close())

describe('a reference', () => {
  test('to what nobody knows is an issue, wherever it stands, all at once', async () => {
    const unknown = nobody.uuid
    const { failures } = await importFile(database, [
      focusAreaLine(nobody),
      userLine({ organizationUuid: unknown }),
      personLine(nobody),
      pledgeLine(person, {
        personUuid: unknown,
        recruitingOrganizationUuid: unknown,
        recruiterUuid: unknown,
        focusAreaUuids: [area.uuid, unknown],
      }),
      transactionLine(nobody),
      callLine(person, {
        personUuid: unknown,
        organizationUuid: unknown,
        pledgeUuid: unknown,
        requestedByUuid: unknown,
        completedByUuid: unknown,
        attempts: [
          { attemptedAt: '2026-04-01T08:00:00Z' },
          { attemptedAt: '2026-04-01T09:00:00Z', attemptedByUuid: unknown },
        ],
      }),
      { ...person, owningOrganizationUuid: unknown },
    ])
    expect(failures).toEqual({
      1: [
        'organizationUuid: is unknown: no organization has this UUID, neither stored nor on a line before',
      ],
      2: [
        'organizationUuid: is unknown: no organization has this UUID, neither stored nor on a line before',
      ],
      3: [
        'owningOrganizationUuid: is unknown: no organization has this UUID, neither stored nor on a line before',
      ],
      4: [
        'personUuid: is unknown: no person has this UUID, neither stored nor on a line before',
        'recruitingOrganizationUuid: is unknown: no organization has this UUID, neither stored nor on a line before',
        'recruiterUuid: is unknown: no user has this UUID, neither stored nor on a line before',
        'focusAreaUuids.1: is unknown: no focusArea has this UUID, neither stored nor on a line before',
      ],
      5: ['pledgeUuid: is unknown: no pledge has this UUID, neither stored nor on a line before'],
      6: [
        'personUuid: is unknown: no person has this UUID, neither stored nor on a line before',
        'organizationUuid: is unknown: no organization has this UUID, neither stored nor on a line before',
        'pledgeUuid: is unknown: no pledge has this UUID, neither stored nor on a line before',
        'requestedByUuid: is unknown: no user has this UUID, neither stored nor on a line before',
        'completedByUuid: is unknown: no user has this UUID, neither stored nor on a line before',
        'attempts.1.attemptedByUuid: is unknown: no user has this UUID, neither stored nor on a line before',
      ],
      7: [
        'owningOrganizationUuid: is unknown: no organization has this UUID, neither stored nor on a line before',
      ],
    })
  })

  test('is to what came before it in the file, not to what comes after or has failed', async () => {
    const failed = personLine(owner, { email: 7 })
    const late = userLine()
    const { failures } = await importFile(database, [
      pledgeLine(person, { recruiterUuid: late.uuid }),
      failed,
      pledgeLine(failed),
      late,
      pledgeLine(person, { recruiterUuid: late.uuid }),
    ])
    expect(failures).toEqual({
      1: ['recruiterUuid: is unknown: no user has this UUID, neither stored nor on a line before'],
      2: [expect.stringMatching(/^email: /)],
      3: ['personUuid: is unknown: no person has this UUID, neither stored nor on a line before'],
    })
  })

  test('may be to a record that is managed here', async () => {
    const pledge = await insertPledge(database, { personUuid: person.uuid })
    const result = await importFile(database, [
      transactionLine(nobody, { pledgeUuid: pledge.uuid }),
      callLine(person, { pledgeUuid: pledge.uuid }),
    ])
    expect(result).toMatchObject({ imported: 2, failures: {} })
  })

  test('from a pledge is to a person and to focus areas of its owner', async () => {
    const { failures } = await importFile(database, [
      pledgeLine(person, { personUuid: stranger.uuid }),
      pledgeLine(person, { focusAreaUuids: [strangeArea.uuid, area.uuid] }),
    ])
    expect(failures).toEqual({
      1: ['personUuid: must be a person of the owning organization'],
      2: ['focusAreaUuids.0: must be a focus area of the owning organization'],
    })
  })

  test('from a call is to one of the pledges of the person who is called', async () => {
    const pledge = pledgeLine(stranger)
    const { failures } = await importFile(database, [
      pledge,
      callLine(stranger, { pledgeUuid: pledge.uuid }),
      callLine(person, { pledgeUuid: pledge.uuid }),
    ])
    expect(failures).toEqual({ 3: ["pledgeUuid: must be one of the person's pledges"] })
  })

  test('that a line leaves as it is has to fit what the line changes', async () => {
    const pledge = pledgeLine(person, { focusAreaUuids: [area.uuid] })
    const other = pledgeLine(person)
    const call = callLine(person, { pledgeUuid: other.uuid })
    await importFile(database, [pledge, other, call])
    const { uuid, externalSource, type } = pledge
    const { failures } = await importFile(database, [
      { ...pledgeLine(stranger), uuid, externalSource, type },
      { ...callLine(stranger), uuid: call.uuid, externalMetadata: call['externalMetadata'] },
    ])
    expect(failures).toEqual({
      1: ['focusAreaUuids: must be a focus area of the owning organization'],
      2: ["pledgeUuid: must be one of the person's pledges"],
    })
  })
})

describe('a record that is managed here', () => {
  test('is never changed by an import', async () => {
    const pledge = await insertPledge(database, { personUuid: person.uuid })
    const call = await insertCall(database, { personUuid: person.uuid })
    const { failures } = await importFile(database, [
      pledgeLine(person, { uuid: pledge.uuid }),
      callLine(person, { uuid: call.uuid }),
    ])
    expect(failures).toEqual({
      1: ['uuid: names a pledge that is managed here: an import does not change it'],
      2: ['uuid: names a call that is managed here: an import does not change it'],
    })
    expect(
      await database.drizzle.select().from(pledges).where(eq(pledges.uuid, pledge.uuid)),
    ).toEqual([pledge])
    expect(await callRow(call)).toEqual(call)
  })
})

describe('the name that a source outside gives a record', () => {
  const source = (id: string) => ({ externalSource: { name: 'crm', id } })

  test('is not given to another record as well', async () => {
    const pledge = pledgeLine(person)
    const call = callLine(person)
    const twice = [pledge, call, { ...pledge, uuid: randomUUID() }, { ...call, uuid: randomUUID() }]
    const issues = [
      ['externalSource: is the name of another pledge of the same organization'],
      ['externalMetadata: is the name of another call of the same organization'],
    ]
    const result = await importFile(database, twice)
    expect(result).toMatchObject({ imported: 2, failures: { 3: issues[0], 4: issues[1] } })
    const again = await importFile(database, twice)
    expect(again).toMatchObject({ unchanged: 2, failures: { 3: issues[0], 4: issues[1] } })
  })

  test('is free again when its record has got another, also within one file', async () => {
    const [first, second] = [pledgeLine(person, source('1')), pledgeLine(person, source('2'))]
    const result = await importFile(database, [
      first,
      second,
      { ...first, ...source('3') },
      { ...second, ...source('1') },
      { ...first, ...source('2') },
      { ...second, ...source('2') },
      pledgeLine(person, source('3')),
    ])
    expect(result).toMatchObject({
      imported: 6,
      failures: { 6: ['externalSource: is the name of another pledge of the same organization'] },
    })
    const rows = await database.drizzle
      .select({ uuid: pledges.uuid, id: pledges.externalSourceId })
      .from(pledges)
      .where(eq(pledges.externalSourceName, 'crm'))
    expect(rows).toHaveLength(3)
    expect(rows).toContainEqual({ uuid: first.uuid, id: '2' })
    expect(rows).toContainEqual({ uuid: second.uuid, id: '1' })
  })
})

describe('what others rely on', () => {
  const moved = (line: ImportLine, fields: object) => ({ ...line, ...fields })

  test('keeps a person with pledges at their owner, and moves the calls of one without', async () => {
    const settled = personLine(owner)
    const free = personLine(owner)
    const call = callLine(free)
    await importFile(database, [settled, pledgeLine(settled), free, call])
    const owningOrganizationUuid = other.uuid
    const { failures } = await importFile(database, [
      moved(settled, { owningOrganizationUuid }),
      moved(free, { owningOrganizationUuid }),
      moved(call, { notes: 'Verhuisd' }),
    ])
    expect(failures).toEqual({
      1: ['owningOrganizationUuid: cannot change while the person has pledges'],
    })
    expect(await callRow(call)).toMatchObject({
      personOrganizationUuid: other.uuid,
      notes: 'Verhuisd',
    })
    const next = callLine(free)
    const result = await importFile(database, [
      moved(call, { notes: 'Terug' }),
      next,
      moved(free, { owningOrganizationUuid: owner.uuid }),
    ])
    expect(result).toMatchObject({ imported: 3 })
    const back = { personOrganizationUuid: owner.uuid }
    expect(await callRow(call)).toMatchObject({ ...back, notes: 'Terug' })
    expect(await callRow(next)).toMatchObject(back)
  })

  test('keeps a pledge that calls are about with its person', async () => {
    const next = personLine(owner)
    const pledge = pledgeLine(person)
    const called = pledgeLine(person)
    const call = callLine(person, { pledgeUuid: called.uuid })
    await importFile(database, [next, pledge, called, call])
    const { failures } = await importFile(database, [
      moved(pledge, { personUuid: next.uuid }),
      moved(called, { personUuid: next.uuid }),
    ])
    expect(failures).toEqual({
      2: ['personUuid: cannot change while there are calls about the pledge'],
    })
  })

  test('keeps a focus area that pledges are given to with its organization', async () => {
    const used = focusAreaLine(owner)
    const unused = focusAreaLine(owner)
    await importFile(database, [used, unused, pledgeLine(person, { focusAreaUuids: [used.uuid] })])
    const { failures } = await importFile(database, [
      moved(used, { organizationUuid: other.uuid }),
      moved(unused, { organizationUuid: other.uuid }),
    ])
    expect(failures).toEqual({
      1: ['organizationUuid: cannot change while pledges are given to the focus area'],
    })
  })

  test('is judged in the light of the lines before', async () => {
    const donor = personLine(owner)
    const next = personLine(owner)
    const pledge = pledgeLine(donor)
    const owningOrganizationUuid = other.uuid
    const result = await importFile(database, [
      donor,
      next,
      pledge,
      moved(donor, { owningOrganizationUuid }),
      moved(pledge, { personUuid: next.uuid }),
      moved(donor, { owningOrganizationUuid }),
      moved(next, { owningOrganizationUuid }),
      pledgeLine(donor, {
        owningOrganizationUuid,
        recruitingOrganizationUuid: owningOrganizationUuid,
      }),
      moved(donor, {}),
    ])
    const issue = ['owningOrganizationUuid: cannot change while the person has pledges']
    expect(result).toMatchObject({ imported: 6, failures: { 4: issue, 7: issue, 9: issue } })
  })
})

async function callRow({ uuid }: { readonly uuid: string }) {
  const [row] = await database.drizzle.select().from(calls).where(eq(calls.uuid, uuid))
  return row
}
