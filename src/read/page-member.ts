import type { At } from '../core/source.ts'
import { measuredItem } from './answer-size.ts'
import type { Compilation } from './compilation.ts'
import { type Json, jsonArrayOf } from './json.ts'
import {
  cursorAtEnd,
  cursorOfRow,
  hasNextPage,
  hasPreviousPage,
  isOnPage,
  type Page,
  positionOfRow,
  totalCount,
} from './page.ts'
import { objectTypeOf, type SelectedField } from './selection.ts'
import {
  type CompiledValue,
  compileMembers,
  type CompileObject,
  finished,
  finishEach,
  type Member,
  objectOf,
} from './value.ts'

/** Where the members of a connection are compiled: the page, and the row of it that is at hand. */
export interface PageSite {
  readonly compilation: Compilation
  readonly page: Page
  readonly at: At
  readonly compileObject: CompileObject
  /** The items of the page's lists, where they are measured before they are put together. */
  readonly items: Json[]
}

/** The key of the edges where the field that selects a page answers them one by one. */
export const EDGES = '$edges'

/** The key of each such edge's place, for the gateway itself. */
export const EDGE_POSITION = '$position'

/** The key, beside such edges, of the place after which they begin; null where they begin with the list. */
export const START_POSITION = '$start'

/** Compiles a page for a field that answers the connection. */
export function compilePage(site: PageSite, field: SelectedField): CompiledValue {
  return objectOf(
    compileMembers(site.compilation, objectTypeOf(field), field.nodes, (member) => {
      switch (member.name) {
        case 'edges':
          return listOf(site, objectOf(compileEdge(site, member)))
        case 'nodes':
          return listOf(site, compileNode(site, member))
        case 'pageInfo':
          return compilePageInfo(site, member)
        case 'totalCount':
          return finished(totalCount(site.page))
        default:
          return undefined
      }
    }),
  )
}

/** Compiles a page for a field that answers its edges one by one: its resolver finds them under `EDGES`. */
export function compileEdgeByEdge(site: PageSite, field: SelectedField): CompiledValue {
  const { page } = site
  const position = finished(positionOfRow(page))
  const edge = objectOf([[EDGE_POSITION, position], ...compileEdge(site, field)])
  return objectOf([
    [START_POSITION, finished(page.start ?? ['null'])],
    [EDGES, { ...listOf(site, edge), needsResolvers: true }],
  ])
}

function listOf(site: PageSite, { json, finish, needsResolvers }: CompiledValue) {
  const { page, compilation, items } = site
  const most = compilation.mostBytes
  if (most !== undefined) items.push(json)
  const item = most === undefined ? json : [measuredItem(page.keyset.alias, items.length - 1, most)]
  return {
    json: jsonArrayOf(item, isOnPage(page)),
    finish: finish && finishEach(finish),
    needsResolvers,
  }
}

function compileEdge(site: PageSite, field: SelectedField): Member[] {
  return compileMembers(site.compilation, objectTypeOf(field), field.nodes, (part) => {
    switch (part.name) {
      case 'cursor':
        return finished(cursorOfRow(site.page))
      case 'node':
        return compileNode(site, part)
      default:
        return undefined
    }
  })
}

function compileNode({ compilation, at, compileObject }: PageSite, field: SelectedField) {
  return compileObject(compilation, objectTypeOf(field), field.nodes, at)
}

function compilePageInfo({ compilation, page }: PageSite, field: SelectedField): CompiledValue {
  return objectOf(
    compileMembers(compilation, objectTypeOf(field), field.nodes, ({ name }) => {
      const json = pageInfoMember(page, name)
      return json && finished(json)
    }),
  )
}

function pageInfoMember(page: Page, name: string): Json | undefined {
  switch (name) {
    case 'hasNextPage':
      return hasNextPage(page)
    case 'hasPreviousPage':
      return hasPreviousPage(page)
    case 'startCursor':
      return cursorAtEnd(page, 'first')
    case 'endCursor':
      return cursorAtEnd(page, 'last')
    default:
      return undefined
  }
}
