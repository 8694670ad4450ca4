import { readFileSync } from 'node:fs'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../src/graphql/schema.ts'
import { elementsOf, typesReachedFrom } from './support/schema.ts'

const contract = buildSchema(readFileSync(new URL('contract.graphql', import.meta.url), 'utf8'))

/** What the contract promises and is still to be built, with everything that only it leads to. */
const TO_COME = new Set<string>()

test('schema.graphql is what is served (npm run schema writes it)', async () => {
  const printed = printSchema(lexicographicSortSchema(schema))
  await expect(`${printed}\n`).toMatchFileSnapshot('../schema.graphql')
})

test('nothing of the contract is missing, renamed or looser', async () => {
  const roots = [
    contract.getQueryType()!,
    contract.getMutationType()!,
    contract.getSubscriptionType()!,
  ]
  const due = new Set(roots.flatMap((root) => [...typesReachedFrom(root, TO_COME)]))
  const breaches = (await diff(contract, schema))
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .filter(({ path = '' }) => !TO_COME.has(path) && due.has(path.split('.')[0]!))
  expect(breaches.map(({ message }) => message)).toEqual([])
})

test('nothing is still called to come that is there', () => {
  const served = elementsOf(schema).map(({ path }) => path)
  expect(served.filter((path) => TO_COME.has(path))).toEqual([])
})

test('everything in the schema says what it means', () => {
  const silent = elementsOf(schema).filter(({ description }) => !description?.trim())
  expect(silent.map(({ path }) => path)).toEqual([])
})
