import { getArgumentValues, type GraphQLObjectType, type OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { type Actor, meets, READ_PERMISSIONS } from '../core/actor.ts'
import { type Arguments, readArguments, type Site } from './argument.ts'
import { Compilation, type CompiledStatement, permissionToRead, type Run } from './compilation.ts'
import type { ConnectionRead, LookupRead } from './field.ts'
import { tooLarge } from './refusal.ts'
import { compileRoot, type Root } from './root.ts'
import {
  directiveVariables,
  objectTypeOf,
  type Operation,
  readOf,
  type SelectedField,
  selectedFields,
} from './selection.ts'
import type { Finish } from './value.ts'

/** A statement for one root field of one operation, whatever the values of its variables. */
export interface Plan extends CompiledStatement {
  /** What is left to do to the answer; nothing where its text is what is answered. */
  readonly finish: Finish | undefined
  /** Whether resolvers have to answer for a part of the selection. */
  readonly needsResolvers: boolean
  /** How often it was run. */
  runs: number
}

/** A root field of an operation, asked for by somebody. */
export interface PlanRequest {
  readonly operation: Operation
  readonly root: Root
  /** The root's response path without list positions: it tells apart the roots of one operation. */
  readonly path: string
  readonly actor: Actor
  readonly now: Date
  /** The root's own arguments, and what its parent's resolver answered. */
  readonly arguments: Readonly<Record<string, unknown>>
  readonly parent: unknown
  readonly ids?: ReadonlyMap<string, readonly string[]>
}

/** A field of the selection that takes arguments. */
type ArgumentSite = Site & {
  readonly read: ConnectionRead | LookupRead
  readonly definition: SelectedField['definition']
}

/** What is remembered of an operation for as long as its parsed document is. */
interface OperationPlans {
  readonly directiveVariables: readonly string[]
  readonly sites: LRUCache<string, readonly ArgumentSite[]>
  /** What the keys of the operation's plans begin with. */
  readonly number: number
}

// The fields with arguments are found again in a moment.
const MOST_SITES_OF_AN_OPERATION = 20

// A plan takes some ten bytes for each character of its statement: together some 50 MB.
const MOST_CHARACTERS_OF_PLANS = 5_000_000

/**
 * The plans of all operations. They are bounded by their weight: a single operation with a few Boolean variables has
 * hundreds of plans, of which each may be a thousand times as heavy as another one's.
 */
const plans = new LRUCache<string, Plan>({
  maxSize: MOST_CHARACTERS_OF_PLANS,
  maxEntrySize: MOST_CHARACTERS_OF_PLANS / 4,
  sizeCalculation: ({ text }, key) => text.length + key.length,
})

let operationCount = 0

/** Far above what anybody asks for, and far below what exhausts a stack, Postgres's or ours. */
const MOST_NESTED_RELATIONS = 25

const plansOfOperations = new WeakMap<OperationDefinitionNode, OperationPlans>()

/**
 * The plan for a root field and the values of this run. The plan is compiled once for everything that
 * changes the statement's text: the directives' variables, which arguments are given (not their values),
 * whether the account has all organizations (not which ones), and what it may read.
 * With `mostBytes` Postgres watches the size of the answer, which is right where the answer can have more.
 * Throws a GraphQLError that names any argument that is not accepted.
 */
export function planFor(request: PlanRequest, mostBytes?: number): { plan: Plan; run: Run } {
  const { operation, root, path, actor, now, ids } = request
  const known = plansOf(operation)
  const selection = [
    path,
    ...(root.kind === 'nodes' ? root.types.map(({ name }) => name) : []),
    ...known.directiveVariables.map((name) => String(operation.variables[name])),
    ...READ_PERMISSIONS.filter((permission) => actor.permissions.has(permission)),
  ].join(' ')
  const sites = remember(known.sites, selection, () => argumentSites(request))
  const values = sites.map((site, index) => argumentsAt(request, site, index))
  const refusal = root.kind === 'field' && values[0]?.refusal
  if (refusal) throw refusal
  const run = { actor, now, arguments: values, ...(ids && { ids }) }
  const shape = [
    String(known.number),
    selection,
    actor.organizations === 'all' ? 'all' : 'scoped',
    mostBytes === undefined ? '' : 'measured',
    ...values.map((value) => value.shape),
  ].join('\n')
  const plan = remember(plans, shape, () => {
    const args = new Map(
      sites.map(({ node }, index) => [node, { index, value: values[index] as Arguments }]),
    )
    const compilation = new Compilation(operation, actor, args, mostBytes)
    const { statement, ...rest } = compileRoot(compilation, root)
    const compiled = compilation.finish(statement)
    return { ...compiled, ...rest, text: inOnePiece(compiled.text), runs: 0 }
  })
  return { plan, run }
}

/**
 * Copies a text. One that was put together from pieces keeps a thousand pieces, which take several times as much
 * memory as the text.
 */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString()
}

function plansOf(operation: Operation): OperationPlans {
  const known = plansOfOperations.get(operation.operation)
  if (known) return known
  operationCount += 1
  const found = {
    directiveVariables: directiveVariables(operation),
    sites: new LRUCache<string, readonly ArgumentSite[]>({ max: MOST_SITES_OF_AN_OPERATION }),
    number: operationCount,
  }
  plansOfOperations.set(operation.operation, found)
  return found
}

function remember<Value extends object>(
  cache: LRUCache<string, Value>,
  key: string,
  make: () => Value,
): Value {
  const known = cache.get(key)
  if (known) return known
  const made = make()
  cache.set(key, made)
  return made
}

/** The fields that take arguments, the root first, each once however often its fragment is spread. */
function argumentSites({ operation, root, actor }: PlanRequest): ArgumentSite[] {
  const sites = new Map<SelectedField['node'], ArgumentSite>()
  const visitField = (field: SelectedField, nesting: number) => {
    const read = readOf(field)
    if (read && !meets(actor.permissions, permissionToRead(read))) return
    const { node, nodes, coordinate, definition } = field
    if (read?.kind === 'connection' || read?.kind === 'lookup') {
      sites.set(node, { node, coordinate, definition, read })
    }
    if (node.selectionSet) visitFields(objectTypeOf(field), nodes, read ? nesting + 1 : nesting)
  }
  const visitFields = (type: GraphQLObjectType, nodes: SelectedField['nodes'], nesting: number) => {
    if (nesting > MOST_NESTED_RELATIONS) throw tooLarge()
    for (const field of selectedFields(operation, type, nodes)) visitField(field, nesting)
  }
  if (root.kind === 'field') visitField(root.field, 0)
  else for (const type of root.types) visitFields(type, root.nodes, 1)
  return [...sites.values()]
}

function argumentsAt(request: PlanRequest, site: ArgumentSite, index: number): Arguments {
  const isRoot = index === 0 && request.root.kind === 'field'
  const values = isRoot
    ? request.arguments
    : getArgumentValues(site.definition, site.node, request.operation.variables)
  return readArguments(site, values, request.parent, request.actor.permissions)
}
