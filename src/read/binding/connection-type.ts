import { builder, type ObjectType } from '../../graphql/builder.ts'
import { DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE } from '../argument.ts'
import { answered } from './planned-field.ts'

type FieldBuilder = Parameters<NonNullable<Parameters<typeof builder.queryFields>[0]>>[0]

const PAGE_SIZE = `From 1 to ${String(LARGEST_PAGE_SIZE)}; anything else is an error.`

/** The arguments of a page in a list, which every connection takes. */
export function pageArguments(t: Pick<FieldBuilder, 'arg'>) {
  return {
    after: t.arg.string({
      description:
        'Only what comes after the edge with this cursor. It must be a cursor of this field with the same order.',
    }),
    before: t.arg.string({
      description:
        'Only what comes before the edge with this cursor. It must be a cursor of this field with the same order.',
    }),
    first: t.arg.int({
      description: `How many edges to answer, counted from the start. ${PAGE_SIZE} ${String(DEFAULT_PAGE_SIZE)} when neither \`first\` nor \`last\` is given; not together with \`last\`.`,
    }),
    last: t.arg.int({
      description: `How many edges to answer, counted from the end; they come in the list's own order. ${PAGE_SIZE} Not together with \`first\`.`,
    }),
  }
}

const PageInfoType = builder.objectRef<object>('PageInfo').implement({
  description: 'Where a page lies in its list, and how to ask for the next one.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      ...answered,
      description: 'Whether the list goes on after this page, for this viewer at this moment.',
    }),
    hasPreviousPage: t.boolean({
      ...answered,
      description:
        'Whether the list has anything before this page, for this viewer at this moment.',
    }),
    startCursor: t.string({
      nullable: true,
      ...answered,
      description: "The cursor of the page's first edge, for `before`; null on an empty page.",
    }),
    endCursor: t.string({
      nullable: true,
      ...answered,
      description: "The cursor of the page's last edge, for `after`; null on an empty page.",
    }),
  }),
})

/** The edge type of a node type. `what` names the nodes in the plural, for descriptions. */
export function edgeTo(node: ObjectType, what: string): ObjectType {
  return builder.objectRef<object>(`${node.name}Edge`).implement({
    description: `One place in a list of ${what}.`,
    fields: (t) => ({
      cursor: t.string({
        ...answered,
        description:
          'The place in the list, for `after` and `before`. Opaque, and of this list and order only.',
      }),
      node: t.field({
        type: node,
        ...answered,
        description: `What is at this place in the list of ${what}.`,
      }),
    }),
  })
}

/** The connection type of a node type, with its edge type. */
export function connectionTo(
  node: ObjectType,
  what: string,
  edge: ObjectType = edgeTo(node, what),
): ObjectType {
  return builder.objectRef<object>(`${node.name}Connection`).implement({
    description: `A page of a list of ${what}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        ...answered,
        description: `The ${what} of this page with their cursors, in the list's order.`,
      }),
      nodes: t.field({
        type: [node],
        ...answered,
        description: `The ${what} of this page, in the list's order: a shorter way to \`edges { node }\`.`,
      }),
      pageInfo: t.field({
        type: PageInfoType,
        ...answered,
        description: 'Where this page lies in the list.',
      }),
      totalCount: t.int({
        ...answered,
        description: `How many ${what} the whole list has for this viewer, all pages together. It is counted anew each time, and only where it is selected.`,
      }),
    }),
  })
}
