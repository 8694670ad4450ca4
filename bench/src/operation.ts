import { readFileSync } from 'node:fs'

/** One of the compared reads. */
export interface Operation {
  readonly name: OperationName
  readonly title: string
  /** The share of the limit's requests per second that Pledgeline is to reach. */
  readonly floor: number
}

export type OperationName = 'nested-page' | 'one-pledge' | 'deep-page'

export const DEPTH = 50_000

export const OPERATIONS: readonly Operation[] = [
  { name: 'nested-page', title: 'W1: 20 pledges, three levels', floor: 0.45 },
  { name: 'one-pledge', title: 'W2: one pledge', floor: 0.25 },
  { name: 'deep-page', title: 'W3: 50 pledges, 50,000 deep', floor: 0.3 },
]

/** The text of a GraphQL operation that is kept beside the code. */
export function operationText(name: OperationName | 'cursor'): string {
  return readFileSync(new URL(`../operations/${name}.graphql`, import.meta.url), 'utf8')
}
