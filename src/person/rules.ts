import type { Issue } from '../core/error.ts'

/** What of a person is cleared when they are erased, and what it then reads: a family name is never empty. */
export const ERASED = {
  firstName: null,
  lastName: 'erased',
  email: null,
  phoneNumber: null,
} as const

/** A column in which a record says something of its person. */
export interface PersonalColumn {
  readonly column: string
  /** The field of the schema that shows it. */
  readonly field: string
  /** Where an input gives it. */
  readonly path: readonly [string, ...string[]]
}

/** What pledges say of their person: it is cleared with the person, and does not come back. */
export const PERSONAL_PLEDGE_COLUMNS = [
  { column: 'signatureKey', field: 'signatureUrl', path: ['signature'] },
  { column: 'originMetadata', field: 'originMetadata', path: ['originMetadata'] },
  { column: 'externalProperties', field: 'externalProperties', path: ['externalProperties'] },
] as const satisfies readonly PersonalColumn[]

/** What calls say of their person: it is cleared with the person, and does not come back. */
export const PERSONAL_CALL_COLUMNS = [
  { column: 'notes', field: 'notes', path: ['notes'] },
  {
    column: 'externalStatusDescription',
    field: 'externalMetadata',
    path: ['externalMetadata', 'statusDescription'],
  },
] as const satisfies readonly PersonalColumn[]

/** Why personal data of an erased person are refused. */
export const WAS_ERASED = 'is not accepted, because the person was erased: leave it out'

/** What an input says of its person; each is an issue where they were erased. */
export function personalIssues(columns: readonly PersonalColumn[], input: object): Issue[] {
  return columns
    .filter(({ path }) => (valueAt(input, path) ?? null) !== null)
    .map(({ path }) => ({ path, message: WAS_ERASED }))
}

function valueAt(input: object, path: readonly string[]): unknown {
  let value: unknown = input
  for (const key of path) value = (value as Readonly<Record<string, unknown>> | null)?.[key]
  return value
}
