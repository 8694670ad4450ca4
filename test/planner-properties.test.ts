import * as fc from 'fast-check'
import { execute, type ExecutionResult, parse, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { answerPlanned, type WrittenResult } from '../src/read/binding/planned-answer.ts'
import { schema } from '../src/schema.ts'
import { type Choice, chosen } from './support/choice.ts'
import { openTestDatabase } from './support/database.ts'
import { KNOWN_SECRET, knowCursors } from './support/hidden-cursor.ts'
import { randomOperations } from './support/random-operation.ts'
import { randomWorlds, WORLD_NOW, WORLD_PLAIN_UNTIL } from './support/random-world.ts'
import { answerByReference } from './support/reference.ts'
import { insertWorld, loadWorld, type World } from './support/world.ts'

const SEED = Number(process.env['PLANNER_SEED'] ?? 20_260_501)
const WORLDS = Number(process.env['PLANNER_WORLDS'] ?? 4)
const OPERATIONS_IN_EACH_WORLD = Number(process.env['PLANNER_OPERATIONS'] ?? 100)
const TIMEOUT_MILLISECONDS = 600_000

const worlds = fc.sample(randomWorlds, { seed: SEED, numRuns: WORLDS })

describe.each(worlds.map((world, index) => ({ world, seed: SEED + index })))(
  'in a world made from the seed $seed',
  ({ world, seed }) => {
    let database: Database
    let stored: World
    let writtenCount = 0

    beforeAll(async () => {
      database = await openTestDatabase()
      await knowCursors(database, { secret: KNOWN_SECRET, plainUntil: WORLD_PLAIN_UNTIL })
      await insertWorld(database, world)
      stored = await loadWorld(database)
    })
    afterAll(() => database.close())

    test(
      'any operation by any account is answered as the reference answers it',
      async () => {
        const property = fc.asyncProperty(
          randomOperations(world),
          randomActors(world),
          async ({ source, variables }, actors) => {
            const document = parse(source)
            expect(validate(schema, document)).toEqual([])
            for (const [run, variableValues] of variables.entries()) {
              const viewer = { actor: actors[run % actors.length]!, now: WORLD_NOW }
              const contextValue = { database, ...viewer }
              const answer = await execute({ schema, document, variableValues, contextValue })
              const expected = answerByReference(
                { world: stored, ...viewer },
                source,
                variableValues,
              )
              expect(comparable(answer)).toEqual(comparable(expected))
              const written = await answerPlanned({
                schema,
                document,
                variableValues,
                contextValue,
              })
              if (written) {
                expectSameText(written, answer)
                writtenCount += 1
              }
            }
          },
        )
        await fc.assert(property, {
          seed,
          numRuns: OPERATIONS_IN_EACH_WORLD,
          // A smaller example is worth minutes to whoever mends it, and none to CI.
          endOnFailure: process.env['CI'] !== undefined,
        })
        expect(writtenCount).toBeGreaterThan(OPERATIONS_IN_EACH_WORLD / 2)
      },
      TIMEOUT_MILLISECONDS,
    )
  },
)

/** What needs no resolvers is answered without them, in the very text that they would have led to. */
function expectSameText(written: ExecutionResult, answer: ExecutionResult) {
  const { stringify = JSON.stringify } = written as Partial<WrittenResult>
  expect(JSON.stringify(JSON.parse(stringify(written)))).toBe(JSON.stringify(answer))
}

/** Two, who take turns: what was planned for one must not be taken for the other. */
function randomActors({ organizations }: World): fc.Arbitrary<Actor[]> {
  return chosen((choice) =>
    ['crm@charity.example', 'app@agency.example'].map((email) => ({
      email,
      permissions: new Set(
        choice.chance(0.6) ? PERMISSIONS : PERMISSIONS.filter(() => choice.chance(0.7)),
      ),
      organizations: randomScope(choice, organizations),
    })),
  )
}

function randomScope({ among, chance, from }: Choice, organizations: World['organizations']) {
  const unknown = () => from(fc.uuid({ version: 4 }))
  switch (among(['all', 'none', 'one', 'several', 'unknown'])) {
    case 'all':
      return 'all'
    case 'none':
      return []
    case 'one':
      return [among(organizations).uuid]
    case 'unknown':
      return [unknown()]
    default:
      return [...organizations.filter(() => chance(0.5)).map(({ uuid }) => uuid), unknown()]
  }
}

interface Told {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[] | undefined
    readonly extensions?: Readonly<Record<string, unknown>>
  }[]
}

/** An answer without what only the gateway says: the words of its errors, and where in the text they arose. */
function comparable({ data, errors = [] }: Told) {
  const told = errors.map(({ path, extensions }) => ({ path, code: extensions?.['code'] }))
  return {
    data: JSON.parse(JSON.stringify(data)) as unknown,
    errors: told.map((error) => JSON.stringify(error)).sort(),
  }
}
