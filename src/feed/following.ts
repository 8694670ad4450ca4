import { GraphQLError, type GraphQLResolveInfo } from 'graphql'
import { type Actor, meets } from '../core/actor.ts'
import { mayPassLater, NobodyWaits } from '../db/problem.ts'
import type { Context } from '../graphql/context.ts'
import { LARGEST_PAGE_SIZE } from '../read/argument.ts'
import { operationOf, pathOf, selectedField } from '../read/binding/planned-field.ts'
import { followingOf } from '../read/binding/reading.ts'
import { readPlanned } from '../read/execute.ts'
import { type ConnectionRead, READ } from '../read/field.ts'
import type { NumberedPosition } from '../read/numbered-cursor.ts'
import { EDGE_POSITION, EDGES, START_POSITION } from '../read/page-member.ts'
import type { PlanRequest } from '../read/plan.ts'
import { forbidden, isLostCursor, unauthenticated } from '../read/refusal.ts'
import type { ChangeFeed } from './watching.ts'

/** How much of the feed one statement looks through, however little of it there is to find. */
const MOST_POSITIONS_AT_ONCE = 20_000

/** For how long what was read may wait for a client to take it. After that it is read again, by the account as it is then. */
const LONGEST_WAIT_MILLISECONDS = 10_000

/** One edge as its resolvers read it, with its place. */
type Edge = Readonly<Record<string, unknown>> & { readonly [EDGE_POSITION]: NumberedPosition }

/** What is read at once, with the place after which it was read. */
interface FollowedPage {
  readonly [START_POSITION]: NumberedPosition
  readonly [EDGES]: readonly Edge[]
}

/** Where to begin: at what a client gave, or at a place that the gateway knows. */
type Start = string | NumberedPosition

/** What a client gave: where to go on from, and which changes. */
type FollowArguments = Readonly<Record<string, unknown>> & { readonly after?: string | null }

/** The field is the feed: each edge once, in its order, those that are there and those that are still to come. */
export const followed = (feed: Omit<ConnectionRead, 'kind' | 'relation' | 'isEdgeByEdge'>) => {
  const read: ConnectionRead = { kind: 'connection', ...feed, isEdgeByEdge: true }
  return {
    extensions: { [READ]: read },
    subscribe: (parent: unknown, args: object, context: Context, info: GraphQLResolveInfo) =>
      follow(read, parent, args as FollowArguments, context, info),
    resolve: (edge: unknown) => edge as never,
  }
}

/**
 * Begins to follow a feed. Throws a GraphQLError for arguments that are not accepted and where a permission is
 * missing, before anything is answered.
 */
async function follow(
  read: ConnectionRead,
  parent: unknown,
  args: FollowArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<AsyncIterable<Edge>> {
  const field = selectedField(info)
  const need = read.source.permission
  const assertAllowed = ({ permissions }: Actor) => {
    if (need && !meets(permissions, need)) throw forbidden(field.coordinate, need)
  }
  const requestFor = (after: Start, until: number): PlanRequest => ({
    operation: operationOf(info),
    root: { kind: 'field', field, read },
    path: pathOf(info),
    actor: context.actor,
    now: context.now,
    arguments: {
      ...args,
      first: LARGEST_PAGE_SIZE,
      after,
      before: between(until + 1),
    },
    parent,
  })

  assertAllowed(context.actor)
  const readPage = async (after: Start, until: number, signal?: AbortSignal) =>
    (await readPlanned(followingOf(context, signal), requestFor(after, until))) as FollowedPage
  const { history } = context.feed
  // There is nothing up to 0: this tells what is wrong with the arguments, and where the cursor's change lies.
  const empty = await readPage(args.after ?? between(0), 0)
  const from = args.after ? empty[START_POSITION] : await context.feed.readNewest()
  return endable((signal) =>
    scan({
      context,
      signal,
      from,
      history: args.after ? history : context.feed.history,
      assertAllowed,
      read: async (place, until) => (await readPage(place, until, signal))[EDGES],
    }),
  )
}

/** A place by its number alone, where there need not be a row, or it need not be asked again which. */
function between(number: number): NumberedPosition {
  return { number, mark: '' }
}

interface Scan {
  readonly context: Context
  readonly signal: AbortSignal
  /** The place after which it begins. */
  readonly from: NumberedPosition
  /** The history of the feed in which that place is. */
  readonly history: number
  /** Throws where the account may no longer read the feed. */
  readonly assertAllowed: (actor: Actor) => void
  /**
   * Reads the first edges after a place and up to a position, a page at most. Throws where the change at the place
   * is not there any more.
   */
  readonly read: (place: NumberedPosition, until: number) => Promise<readonly Edge[]>
}

/**
 * Answers every edge after a position, and waits for more where there is none. Positions are given one after the
 * other and never before one that can be read, so whatever lies up to the newest is all there is to find. The
 * place is kept here: while the database cannot be reached nothing is lost and nothing comes twice.
 *
 * Each page is read after a change that has to be there, in one statement: a database that has another history, as a
 * standby has that was behind when it took over, gives the same positions to other changes.
 */
async function* scan({ context, signal, history, assertAllowed, read, ...scan }: Scan) {
  const { feed, clock } = context
  const isOver = () => feed.isClosed || signal.aborted
  const leave = feed.join()
  let { from } = scan
  try {
    while (!isOver()) {
      let edges: readonly Edge[] = []
      let until = from
      try {
        await renew(context)
        assertAllowed(context.actor)
        if (feed.history !== history) throw historyLost()
        until = await nextPlace(feed, from)
        if (until.number > from.number) edges = await read(from, until.number)
      } catch (error) {
        if (error instanceof NobodyWaits) return
        if (isLostCursor(error)) throw historyLost()
        if (!mayPassLater(error)) throw error
        until = from
      }
      if (until.number <= from.number) {
        await feed.turn(signal)
        continue
      }
      const isWhole = edges.length < LARGEST_PAGE_SIZE
      let isFresh = true
      for (const edge of edges) {
        if (isOver()) return
        isFresh = isRecent(context.now, clock())
        if (!isFresh) break
        yield edge
        from = edge[EDGE_POSITION]
      }
      if (isWhole && isFresh) from = until
    }
  } finally {
    leave()
  }
}

/**
 * Up to where to read on. What is told of it is asked before anything is read up to there, so that the next page,
 * which is read after it, finds out when it belongs to a history that is lost.
 */
async function nextPlace(feed: ChangeFeed, from: NumberedPosition): Promise<NumberedPosition> {
  const { newest } = feed
  const number = from.number + MOST_POSITIONS_AT_ONCE
  return newest.number <= number ? newest : { number, mark: await feed.markAt(number) }
}

/** What whoever follows is told when changes that they may have been told of are not there any more. */
function historyLost(): GraphQLError {
  return new GraphQLError(
    'The database has lost its newest changes, as a standby does that was behind when it took over. Subscribe again after the last cursor that you kept; where that is refused, its change is lost, and you have to begin anew.',
    { extensions: { code: 'HISTORY_LOST' } },
  )
}

/**
 * A subscription is executed event by event, with the one context that it began with: brings that up to date.
 * Throws where the account is shut out since.
 */
async function renew(context: Context): Promise<void> {
  const actor = await context.renewActor()
  if (!actor) throw unauthenticated()
  const current: { -readonly [Name in 'actor' | 'now']: Context[Name] } = context
  current.actor = actor
  current.now = context.clock()
}

/** A clock that was set back must not make what was read last longer. */
function isRecent(readAt: Date, now: Date): boolean {
  const age = now.getTime() - readAt.getTime()
  return age >= 0 && age < LONGEST_WAIT_MILLISECONDS
}

/** An iterator that ends when it is told to, also while it waits. A generator by itself would wait on. */
function endable<Value>(
  begin: (signal: AbortSignal) => AsyncGenerator<Value, void>,
): AsyncIterableIterator<Value> {
  const controller = new AbortController()
  const generator = begin(controller.signal)
  return {
    next: () => generator.next(),
    return() {
      controller.abort()
      return generator.return()
    },
    throw(error) {
      controller.abort()
      return generator.throw(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
