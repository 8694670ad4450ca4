import { builder } from './builder.ts'

/** A GraphQL enum of a vocabulary: every value, each with what it means. */
export function describedEnum<Value extends string>(
  name: string,
  description: string,
  meanings: Readonly<Record<Value, string>>,
) {
  const entries = Object.entries<string>(meanings)
  const values = Object.fromEntries(
    entries.map(([value, meaning]) => [value, { description: meaning }]),
  )
  return builder.enumType(name, {
    description,
    values: values as Record<Value, { description: string }>,
  })
}

export const OrderDirectionEnum = describedEnum<'ASC' | 'DESC'>(
  'OrderDirection',
  'Which end of an order a list starts from.',
  { ASC: 'The earliest first.', DESC: 'The latest first.' },
)
