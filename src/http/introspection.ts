import { Kind, OperationTypeNode, type SelectionSetNode } from 'graphql'
import { operationOf, type OperationParameters } from './operation.ts'

/** Who may introspect: those with a valid token, anybody, or nobody. */
export const INTROSPECTION_AUDIENCES = ['accounts', 'public', 'off'] as const
export type IntrospectionAudience = (typeof INTROSPECTION_AUDIENCES)[number]

const INTROSPECTION_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '__typename'])

// What code generators send has some 300 tokens; more is not parsed for somebody unknown.
const MOST_TOKENS = 2_000

const NOTHING_MORE: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] }

/** Whether a request asks for nothing but what the schema says about itself. */
export function isIntrospection(parameters: OperationParameters): boolean {
  const asked = operationOf(parameters, MOST_TOKENS)
  if (asked?.operation.operation !== OperationTypeNode.QUERY) return false
  const fragments = new Map<string, SelectionSetNode>()
  for (const definition of asked.document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition.selectionSet)
    }
  }
  return selectsOnlyIntrospection(asked.operation.selectionSet, fragments)
}

function selectsOnlyIntrospection(
  { selections }: SelectionSetNode,
  fragments: Map<string, SelectionSetNode>,
): boolean {
  return selections.every((selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return INTROSPECTION_FIELDS.has(selection.name.value)
      case Kind.INLINE_FRAGMENT:
        return selectsOnlyIntrospection(selection.selectionSet, fragments)
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(selection.name.value)
        // Looked at once: a fragment that spreads itself must come to an end.
        fragments.set(selection.name.value, NOTHING_MORE)
        return fragment !== undefined && selectsOnlyIntrospection(fragment, fragments)
      }
    }
  })
}
