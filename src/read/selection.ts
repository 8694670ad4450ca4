import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'
import { type FieldRead, READ } from './field.ts'

/** The operation that a selection is part of. */
export interface Operation {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  readonly variables: Readonly<Record<string, unknown>>
}

/** A field as it is selected: under which key it is answered, from all the places that select it. */
export interface SelectedField {
  readonly key: string
  readonly name: string
  readonly node: FieldNode
  readonly nodes: readonly FieldNode[]
  readonly definition: GraphQLField<unknown, unknown>
  /** "Type.field", as GraphQL writes where a field is defined. */
  readonly coordinate: string
}

const META_FIELDS = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef]

/**
 * The fields that are selected on an object type: fragments spread, directives obeyed, the same key merged.
 * The executor's own function does it, so that the plan and the execution cannot disagree.
 */
export function selectedFields(
  { schema, fragments, variables }: Operation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
): SelectedField[] {
  return fieldsOf(type, collectSubfields(schema, fragments, variables, type, nodes))
}

/** The fields that a query selects at its root, in the same way. */
export function rootFields({
  schema,
  operation,
  fragments,
  variables,
}: Operation): SelectedField[] {
  const type = schema.getQueryType()
  if (!type) throw new Error('the schema has a query type')
  const { selectionSet } = operation
  return fieldsOf(type, collectFields(schema, fragments, variables, type, selectionSet))
}

function fieldsOf(
  type: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
): SelectedField[] {
  const definitions = type.getFields()
  const selected: SelectedField[] = []
  for (const [key, nodes] of collected) {
    const [node] = nodes
    if (!node) continue
    const name = node.name.value
    const definition = definitions[name] ?? META_FIELDS.find((field) => field.name === name)
    if (!definition) continue
    selected.push({ key, name, node, nodes, definition, coordinate: `${type.name}.${name}` })
  }
  return selected
}

/** The object type that a field answers, or answers a list of. */
export function objectTypeOf(field: { readonly definition: GraphQLField<unknown, unknown> }) {
  const type = getNamedType(field.definition.type)
  if (!isObjectType(type)) throw new Error(`${type.name} is not an object type`)
  return type
}

/** How a field is read, where it is planned. */
export function readOf({ definition }: SelectedField): FieldRead | undefined {
  return definition.extensions[READ] as FieldRead | undefined
}

/** The variables on which an operation's @skip and @include depend: their values change the selection. */
export function directiveVariables({ operation, fragments }: Operation): string[] {
  const names = new Set<string>()
  for (const definition of [operation, ...Object.values(fragments)]) {
    visit(definition, {
      Directive: ({ arguments: directiveArguments = [] }) => {
        for (const { value } of directiveArguments) {
          if (value.kind === Kind.VARIABLE) names.add(value.name.value)
        }
      },
    })
  }
  return [...names]
}

const fragmentsOfDocuments = new WeakMap<DocumentNode, Operation['fragments']>()

/** The fragments of a document by name, found once for each document. */
export function fragmentsOf(document: DocumentNode): Operation['fragments'] {
  const known = fragmentsOfDocuments.get(document)
  if (known) return known
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  }
  fragmentsOfDocuments.set(document, fragments)
  return fragments
}
