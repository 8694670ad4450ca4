import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, rowsOf } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { importFile } from './support/import-file.ts'
import { organizationLine } from './support/import-lines.ts'

const RUNS = 8
const TABLES = [
  'organizations',
  'focus_areas',
  'users',
  'persons',
  'pledges',
  'pledge_focus_areas',
  'calls',
  'call_attempts',
]

let inOneGo: Database
let lineByLine: Database

beforeAll(async () => {
  inOneGo = await openTestDatabase()
  lineByLine = await openTestDatabase()
})

afterAll(async () => {
  await inOneGo.close()
  await lineByLine.close()
})

test('a file means what its lines mean one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(someLines(), async (lines) => {
      const together = await importFile(inOneGo, lines)
      const alone = {
        imported: 0,
        unchanged: 0,
        failed: 0,
        failures: {} as Record<number, unknown>,
      }
      for (const [index, line] of lines.entries()) {
        const { imported, unchanged, failed, failures } = await importFile(lineByLine, [line])
        alone.imported += imported
        alone.unchanged += unchanged
        alone.failed += failed
        if (failures[1]) alone.failures[index + 1] = failures[1]
      }
      expect(together).toEqual(alone)
      expect(await contents(inOneGo)).toEqual(await contents(lineByLine))
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
}, 120_000)

/** Lines about a handful of records, which change and refer to each other in every way that they can. */
function someLines(): fc.Arbitrary<object[]> {
  return someRecords().chain((records) => {
    const organizations = records.organizations.map((uuid) => organizationLine({ uuid }))
    return fc
      .array(anyLine(records), { minLength: 30, maxLength: 45 })
      .map((lines) => [...organizations, ...lines])
  })
}

function someRecords() {
  const uuids = (count: number) =>
    fc.array(fc.uuid({ version: 4 }), { minLength: count, maxLength: count })
  return fc.record({
    organizations: uuids(2),
    focusAreas: uuids(2),
    users: uuids(1),
    persons: uuids(3),
    pledges: uuids(3),
    calls: uuids(2),
    source: fc.uuid(),
  })
}

type Records = ReturnType<typeof someRecords> extends fc.Arbitrary<infer Made> ? Made : never

function anyLine(records: Records): fc.Arbitrary<object> {
  const organizationUuid = fc.constantFrom(...records.organizations)
  const personUuid = fc.constantFrom(...records.persons)
  const userUuid = fc.constantFrom(null, ...records.users)
  const externalId = fc.constantFrom('1', '2', '3')
  return fc.oneof(
    fc.record({
      entity: fc.constant('focusArea'),
      uuid: fc.constantFrom(...records.focusAreas),
      name: fc.constantFrom('Water', ' '),
      organizationUuid,
    }),
    fc.record({
      entity: fc.constant('user'),
      uuid: fc.constantFrom(...records.users),
      name: fc.constantFrom('Sanne', 'Noor'),
    }),
    {
      weight: 2,
      arbitrary: fc.record({
        entity: fc.constant('person'),
        uuid: personUuid,
        owningOrganizationUuid: organizationUuid,
        lastName: fc.constantFrom('Jansen', 'Bakker'),
      }),
    },
    {
      weight: 3,
      arbitrary: lineOf(
        {
          entity: fc.constant('pledge'),
          uuid: fc.constantFrom(...records.pledges),
          externalSource: fc.record({ name: fc.constant(records.source), id: externalId }),
          personUuid,
          owningOrganizationUuid: organizationUuid,
          recruitingOrganizationUuid: organizationUuid,
          type: fc.constantFrom('D2D', 'STREET'),
        },
        {
          status: fc.constantFrom(null, 'LEAD', 'ACTIVE'),
          recruiterUuid: userUuid,
          focusAreaUuids: fc.option(fc.uniqueArray(fc.constantFrom(...records.focusAreas))),
        },
      ),
    },
    {
      weight: 2,
      arbitrary: lineOf(
        {
          entity: fc.constant('call'),
          uuid: fc.constantFrom(...records.calls),
          externalMetadata: fc.record({
            applicationName: fc.constant(records.source),
            referenceId: externalId,
          }),
          personUuid,
          organizationUuid,
        },
        {
          pledgeUuid: fc.constantFrom(null, ...records.pledges),
          attempts: fc.option(
            fc.array(
              fc.record({
                attemptedAt: fc.constant('2026-04-01T08:00:00.000Z'),
                attemptedByUuid: userUuid,
              }),
              { maxLength: 2 },
            ),
          ),
        },
      ),
    },
  )
}

/** A line with keys that are always there, and others that may be left out. */
function lineOf(
  always: Record<string, fc.Arbitrary<unknown>>,
  sometimes: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<object> {
  return fc
    .tuple(fc.record(always), fc.record(sometimes, { requiredKeys: [] }))
    .map(([required, optional]) => ({ ...required, ...optional }))
}

/** Every row, and every change in its order. */
async function contents({ drizzle }: Database): Promise<object[]> {
  const rows = TABLES.map((table) =>
    sql.raw(`select '${table}' as name, 0 as number, to_jsonb(${table}) as row from ${table}`),
  )
  const changes = sql`select 'changes' as name, row_number() over (order by number)::integer as number, to_jsonb(changes) - array['number', 'uuid', 'position'] as row from changes`
  return await rowsOf(
    drizzle,
    sql`select name, number, row::text as row from (${sql.join([...rows, changes], sql` union all `)}) as contents order by 1, 2, 3`,
  )
}
