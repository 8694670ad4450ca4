import {
  getNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { createFieldCosts, type FieldCost, LEAF_WEIGHT, OBJECT_WEIGHT } from './field-cost.ts'

const DIRECTIVES = `
"""
What the field costs each time that it is answered: \`weight\`, a number as a string. Without this directive a scalar or an enum value costs ${String(LEAF_WEIGHT)}, and an object ${String(OBJECT_WEIGHT)}. Each item of a list costs as much besides, and the fields that \`sizedFields\` names cost their weight once for each item. An argument costs its weight where it is given. The unit is about a row that Postgres reads by an index. The cost of an operation is the sum over its fields, each times the sizes of all lists that the field lies in. The header \`GraphQL-Cost: report\` and the field \`Query.rateLimit\` tell the cost of an operation.
"""
directive @cost(
  "The cost, as a decimal number."
  weight: String!
  "What \`totalCount\` costs besides its own weight, where it is selected on the connection that this field answers: at the root, Postgres counts a whole table. The draft has no word for that, so that a tool that knows only the draft computes a cost that is too low by this number."
  countWeight: String
) on ARGUMENT_DEFINITION | FIELD_DEFINITION

"""
How many items the field's list has, for the cost of an operation.
"""
directive @listSize(
  "The number of items where no argument tells the number."
  assumedSize: Int
  "The arguments that tell the number of items. Where several are given, the smallest counts. A list counts by its length."
  slicingArguments: [String!]
  "The fields of the answered object that hold the items. Without this argument, the field itself holds them."
  sizedFields: [String!]
  "Always false: without a slicing argument the list has its assumed size."
  requireOneSlicingArgument: Boolean = true
) on FIELD_DEFINITION
`

/**
 * The schema as text, in alphabetical order, with the costs of its fields in the directives of the draft "GraphQL
 * Cost Directives". The printer of graphql leaves out directives of fields. Without them, a tool cannot compute what
 * an operation costs.
 */
export function schemaText(schema: GraphQLSchema): string {
  const costs = costsByCoordinate(schema)
  let type = ''
  let field = ''
  let isDescription = false
  const lines = printSchema(lexicographicSortSchema(schema))
    .split('\n')
    .map((line) => {
      const quotes = line.split('"""').length - 1
      if (isDescription || quotes > 0) {
        if (quotes === 1) isDescription = !isDescription
        return line
      }
      type = /^(?:type|interface) (\w+)/.exec(line)?.[1] ?? type
      field = /^ {2}(\w+)[(:]/.exec(line)?.[1] ?? field
      if (line === '}') type = ''
      const argument = /^ {4}(\w+): /.exec(line)?.[1]
      if (argument !== undefined) {
        return `${line}${costs.get(`${type}.${field}(${argument}:)`) ?? ''}`
      }
      // A field ends with its type, on its own line or on the one that closes its arguments.
      const endsField = /^ {2}(\w.*|\)): [\w[\]!]+$/.test(line)
      return endsField ? `${line}${costs.get(`${type}.${field}`) ?? ''}` : line
    })
  return `${DIRECTIVES.trim()}\n\n${lines.join('\n')}`
}

/** The directives of each field and argument whose cost is not the usual one. */
function costsByCoordinate(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const costOf = createFieldCosts(schema)
  const costs = new Map<string, string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const usual = isLeafType(getNamedType(field.type)) ? LEAF_WEIGHT : OBJECT_WEIGHT
      const coordinate = `${type.name}.${field.name}`
      const cost = costOf(type, field)
      costs.set(coordinate, directivesFor(cost, usual))
      for (const [argument, weight] of cost.argumentWeights ?? []) {
        costs.set(`${coordinate}(${argument}:)`, ` @cost(weight: "${String(weight)}")`)
      }
    }
  }
  return costs
}

function directivesFor({ weight, countWeight, list }: FieldCost, usualWeight: number): string {
  const count = countWeight === undefined ? '' : `, countWeight: "${String(countWeight)}"`
  const cost =
    weight === usualWeight && count === '' ? '' : ` @cost(weight: "${String(weight)}"${count})`
  if (!list) return cost
  const { assumedSize, slicingArguments, sizedFields = [] } = list
  const listArguments = [
    `assumedSize: ${String(assumedSize)}`,
    ...(slicingArguments.length > 0 ? [`slicingArguments: ${namesIn(slicingArguments)}`] : []),
    ...(sizedFields.length > 0 ? [`sizedFields: ${namesIn(sizedFields)}`] : []),
    'requireOneSlicingArgument: false',
  ]
  return `${cost} @listSize(${listArguments.join(', ')})`
}

function namesIn(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(', ')}]`
}
