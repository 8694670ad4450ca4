import { readFileSync } from 'node:fs'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { schemaText } from '../src/cost/schema-text.ts'
import { schema } from '../src/schema.ts'
import { elementsOf } from './support/schema.ts'

const contract = buildSchema(readFileSync(new URL('contract.graphql', import.meta.url), 'utf8'))

test('schema.graphql is what is served (npm run schema writes it)', async () => {
  await expect(`${schemaText(schema)}\n`).toMatchFileSnapshot('../schema.graphql')
})

test('nothing of the contract is missing, renamed or looser', async () => {
  const breaches = (await diff(contract, schema)).filter(
    ({ criticality }) => criticality.level === CriticalityLevel.Breaking,
  )
  expect(breaches.map(({ message }) => message)).toEqual([])
})

test('everything in the schema says what it means', () => {
  const silent = elementsOf(schema).filter(({ description }) => !description?.trim())
  expect(silent.map(({ path }) => path)).toEqual([])
})
