import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explainOperation } from '../scripts/explained-operation.ts'
import type { Database } from '../src/db/database.ts'
import { encodeGlobalId } from '../src/read/global-id.ts'
import { openTestDatabase } from './support/database.ts'
import { insertPledge, type Pledge } from './support/records.ts'

const ROOT = join(import.meta.dirname, '..')
const SCRIPT = ['--import', 'tsx', 'scripts/explain.ts']

let database: Database
let pledge: Pledge

beforeAll(async () => {
  database = await openTestDatabase()
  pledge = await insertPledge(database)
})
afterAll(() => database.close())

const OPERATION = `
  query Page($first: Int!, $id: ID!, $hasRest: Boolean = false) {
    viewer { email }
    newest: pledges(first: $first) { ...Page }
    node(id: $id) { id }
    organizations @include(if: $hasRest) { totalCount }
  }
  fragment Page on PledgeConnection { nodes { status donationAmount } }
`

describe('an explained query', () => {
  test('shows for each root field the statement of the planner, formatted, and its values', async () => {
    const variables = { first: 7, id: encodeGlobalId('Pledge', pledge.uuid) }
    const text = await explainOperation({ source: OPERATION, variables })
    const [viewer, newest, node, ...others] = text.split(
      /^(?=-- (?:viewer|newest|node)\b(?! needs))/m,
    )
    expect(viewer).toBe('-- viewer\n-- viewer needs no statement of the planner.\n\n')
    expect(newest).toMatch(/^-- newest: pledges\(first: \$first\)\n\n-- \$1 = '7'\nselect\n/)
    expect(newest).toContain('t1."status"')
    expect(newest).toMatch(/;\n\n$/)
    expect(node).toContain(`-- $1 = '{"${pledge.uuid}"}'`)
    expect(others).toEqual([])
    expect(text).not.toContain('organizations')
  })

  test('shows the statement that the gateway runs, for the scope that is given', async () => {
    const source = readFileSync(join(import.meta.dirname, 'operations/call-queue.graphql'), 'utf8')
    for (const [file, organizations] of [
      ['call-queue.all.sql', 'all'],
      ['call-queue.scoped.sql', [pledge.owningOrganizationUuid]],
    ] as const) {
      const committed = readFileSync(join(import.meta.dirname, 'operations', file), 'utf8')
      expect(await explainOperation({ source, organizations })).toContain(committed.trim())
    }
  })

  test("shows Postgres's plan where there is a database", async () => {
    const id = encodeGlobalId('Pledge', pledge.uuid)
    const request = { source: OPERATION, variables: { first: 7, id, hasRest: true }, database }
    for (const organizations of ['all', [pledge.owningOrganizationUuid]] as const) {
      const text = await explainOperation({ ...request, organizations })
      expect(text.match(/^-- .*\(actual .*rows=/gm)?.length).toBeGreaterThan(3)
      expect(text.match(/^-- Execution Time: /gm)).toHaveLength(3)
    }
  })
})

describe('what is no query that can be explained', () => {
  test.each([
    ['what does not fit the schema', '{ nope }', /^Cannot query field "nope"/],
    ['what is no GraphQL', '{', /^Syntax Error/],
    ['a subscription', 'subscription { changes { cursor } }', /^a subscription is not explained/],
    ['several without a name', 'query A { __typename } query B { __typename }', /^name one/],
    ['a variable that is missing', 'query ($u: UUID!) { pledge(uuid: $u) { uuid } }', /"\$u"/],
    ['an argument that is refused', '{ pledges(first: 0) { totalCount } }', /"first"/],
  ])('is refused: %s', async (_what, source, message) => {
    await expect(explainOperation({ source })).rejects.toThrow(message)
  })
})

test('the command reads a file and variables, and tells what is wrong in one line', async () => {
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [...SCRIPT, ...words], {
      cwd: ROOT,
      env: { ...process.env, DATABASE_URL: '' },
    })
  const file = 'test/operations/pledge-look-up.graphql'
  const { stdout } = await run(file, '--variables', JSON.stringify({ uuid: pledge.uuid }))
  expect(stdout).toContain(`'${pledge.uuid}'`)
  await expect(run(file)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^explain: Variable "\$uuid".*\n$/) as string,
  })
})
