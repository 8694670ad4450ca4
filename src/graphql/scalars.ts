import { type SQL, sql } from 'drizzle-orm'
import { GraphQLError, Kind, type ValueNode } from 'graphql'
import { INSTANT_FORMAT, parseInstant } from '../core/instant.ts'
import { AMOUNT_FORMAT, parseEuros } from '../core/money.ts'
import { parseUuid, UUID_FORMAT } from '../core/uuid.ts'
import { SCALAR_TEXT, type ScalarText } from '../read/leaf.ts'
import { builder } from './builder.ts'
import { ACCEPTS } from './unfit-value.ts'

/** What needs nothing but quotes around it. */
const QUOTED: ScalarText = { text: (value: SQL) => value, isQuoted: true }

builder.scalarType('DateTime', {
  description: `An instant, kept to the millisecond. In: ${INSTANT_FORMAT}; finer digits are cut off. Out: in UTC with milliseconds.`,
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  // What the database wrote is written already.
  serialize: (value) => (value instanceof Date ? value.toISOString() : value),
  ...textIn('DateTime', INSTANT_FORMAT, parseInstant),
  ...described(INSTANT_FORMAT, {
    text: (value) => sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    isQuoted: true,
  }),
})

builder.scalarType('UUID', {
  description: `In: ${UUID_FORMAT}, in either case. Out: in lower case.`,
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc9562',
  ...textIn('UUID', UUID_FORMAT, parseUuid),
  ...described(UUID_FORMAT, QUOTED),
})

builder.scalarType('Decimal', {
  description: `An amount in euros, exactly. In: ${AMOUNT_FORMAT}; a number is refused, because it may have been rounded already. Out: a string with two decimals.`,
  ...textIn('Decimal', AMOUNT_FORMAT, parseEuros),
  ...described(AMOUNT_FORMAT, QUOTED),
})

builder.scalarType('JSONObject', {
  description: 'A JSON object, kept as it is but for the order of its keys.',
  parseValue: (value) => {
    if (isObject(value)) return value
    throw refusal('JSONObject', 'a JSON object')
  },
  parseLiteral: (node, variables) => {
    if (node.kind !== Kind.OBJECT) throw refusal('JSONObject', 'a JSON object', node)
    return literalValue(node, variables) as Record<string, unknown>
  },
  ...described('a JSON object', { text: (value) => value, isQuoted: false }),
})

builder.scalarType('URL', {
  description: 'An absolute URL.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  ...textIn('URL', 'an absolute URL', (text) => (URL.canParse(text) ? text : undefined)),
  extensions: { [ACCEPTS]: 'an absolute URL' },
})

/** What the scalar accepts in words, and how the database writes its values, so that nothing is left to do to them. */
function described(accepts: string, text: ScalarText) {
  return { extensions: { [ACCEPTS]: accepts, [SCALAR_TEXT]: text } }
}

/** How a scalar that is written as a string comes in, as a variable or as a literal. */
function textIn<Value>(name: string, accepts: string, parse: (text: string) => Value | undefined) {
  const read = (text: unknown, node?: ValueNode): Value => {
    const value = typeof text === 'string' ? parse(text) : undefined
    if (value === undefined) throw refusal(name, accepts, node)
    return value
  }
  return {
    parseValue: (value: unknown) => read(value),
    parseLiteral: (node: ValueNode) =>
      read(node.kind === Kind.STRING ? node.value : undefined, node),
  }
}

function refusal(name: string, accepts: string, node?: ValueNode): GraphQLError {
  return new GraphQLError(`A value of the type ${name} must be ${accepts}.`, {
    ...(node && { nodes: node }),
    extensions: { code: 'BAD_USER_INPUT' },
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function literalValue(
  node: ValueNode,
  variables: Record<string, unknown> | null | undefined,
): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [name.value, literalValue(value, variables)]),
      )
    case Kind.LIST:
      return node.values.map((value) => literalValue(value, variables))
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value)
    case Kind.NULL:
      return null
    case Kind.VARIABLE:
      return variables?.[node.name.value]
    default:
      return node.value
  }
}
