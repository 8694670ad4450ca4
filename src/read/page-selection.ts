import type { FieldNode, GraphQLObjectType } from 'graphql'
import { objectTypeOf, type Operation, type SelectedField, selectedFields } from './selection.ts'

/** A field that answers a row's node, and which of the page's node selections it is. */
export interface NodeField {
  readonly key: string
  readonly selection: number
}

/** What is asked of a connection, under which keys. */
export interface PageSelection {
  readonly edges: readonly {
    readonly key: string
    readonly cursorKeys: readonly string[]
    readonly nodes: readonly NodeField[]
  }[]
  readonly nodes: readonly NodeField[]
  readonly pageInfoKeys: readonly string[]
  readonly totalCountKeys: readonly string[]
  /** The selections on the node type, each from one place of the query. */
  readonly nodeSelections: readonly {
    readonly type: GraphQLObjectType
    readonly nodes: readonly FieldNode[]
  }[]
  readonly hasRows: boolean
  readonly hasCursors: boolean
  readonly asksForNextPage: boolean
  readonly asksForPreviousPage: boolean
}

/** Reads off what a connection's selection asks for. */
export function pageSelection(operation: Operation, connection: SelectedField): PageSelection {
  const edges: PageSelection['edges'][number][] = []
  const nodes: NodeField[] = []
  const pageInfoKeys: string[] = []
  const pageInfoFields = new Set<string>()
  const totalCountKeys: string[] = []
  const nodeSelections: PageSelection['nodeSelections'][number][] = []

  const nodeField = (field: SelectedField): NodeField => {
    nodeSelections.push({ type: objectTypeOf(field), nodes: field.nodes })
    return { key: field.key, selection: nodeSelections.length - 1 }
  }
  for (const field of selectedFields(operation, objectTypeOf(connection), connection.nodes)) {
    if (field.name === 'edges') {
      const parts = selectedFields(operation, objectTypeOf(field), field.nodes)
      edges.push({
        key: field.key,
        cursorKeys: parts.filter(({ name }) => name === 'cursor').map(({ key }) => key),
        nodes: parts.filter(({ name }) => name === 'node').map(nodeField),
      })
    } else if (field.name === 'nodes') {
      nodes.push(nodeField(field))
    } else if (field.name === 'pageInfo') {
      pageInfoKeys.push(field.key)
      for (const { name } of selectedFields(operation, objectTypeOf(field), field.nodes)) {
        pageInfoFields.add(name)
      }
    } else if (field.name === 'totalCount') {
      totalCountKeys.push(field.key)
    }
  }
  return {
    edges,
    nodes,
    pageInfoKeys,
    totalCountKeys,
    nodeSelections,
    hasRows: edges.length + nodes.length + pageInfoFields.size > 0,
    hasCursors:
      pageInfoFields.has('startCursor') ||
      pageInfoFields.has('endCursor') ||
      edges.some(({ cursorKeys }) => cursorKeys.length > 0),
    asksForNextPage: pageInfoFields.has('hasNextPage'),
    asksForPreviousPage: pageInfoFields.has('hasPreviousPage'),
  }
}
