import { Agent } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql'
import { residentMegabytes } from '../regression/process-memory.ts'
import { bodyOf, post, type Reply, send } from '../regression/request.ts'
import type { Count } from '../regression/run.ts'
import { Target } from '../regression/target.ts'
import type { Account } from '../support/client.ts'
import type { Gateway } from '../support/gateway.ts'
import { print } from '../support/output.ts'
import { randomFor } from '../support/random.ts'
import { distort, type FuzzRequest, plainRequest } from './distortion.ts'
import { minimized } from './minimize.ts'
import { OperationWriter } from './operation.ts'
import { faultOf, faultOfLine } from './oracle.ts'
import { sendPipelined, sendTruncated } from './wire.ts'

export interface FuzzOptions {
  readonly seed: number
  readonly minutes: number
}

const CONNECTIONS = 4
const MOST_GROWTH_MEGABYTES = 400
const SETTLE_MILLISECONDS = 2_000
const STREAM_MILLISECONDS = 300
const MOST_FAULTS = 10
const SHARE_OF_VALID = 0.45
const SHARE_ON_THE_WIRE = 0.03
const MOST_SHOWN = 1_200

interface Fault {
  readonly number: number
  readonly what: string
  readonly request: FuzzRequest
}

/** Sends random operations and requests to a gateway for so long, and prints each that was not answered as it must be. */
export async function runFuzz({ seed, minutes }: FuzzOptions): Promise<Count> {
  print(`fuzz --seed ${seed} --minutes ${minutes}`)
  const target = await Target.create()
  try {
    const database = await target.copyDemo()
    const gateway = await target.startGateway(database, { LOG_LEVEL: 'info' })
    try {
      return await fuzz(gateway, target.attacker, { seed, minutes })
    } finally {
      await gateway.end('SIGKILL')
    }
  } finally {
    await target.remove()
  }
}

async function fuzz(
  gateway: Gateway,
  account: Account,
  { seed, minutes }: FuzzOptions,
): Promise<Count> {
  const schema = await servedSchema(gateway, account)
  const known = await knownValues(gateway, account)
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const resting = residentMegabytes(gateway.pid)
  const ends = performance.now() + minutes * 60_000
  const faults: Fault[] = []
  let sent = 0
  let answered = 0
  let logged = 0
  const work = async () => {
    while (performance.now() < ends && faults.length < MOST_FAULTS && gateway.isRunning) {
      sent += 1
      const number = sent
      const random = randomFor(seed, number)
      const operation = new OperationWriter(schema, random, known).write()
      const isValid = random.isLucky(SHARE_OF_VALID)
      const request = isValid ? plainRequest(operation) : distort(operation, random)
      if (random.isLucky(SHARE_ON_THE_WIRE)) {
        await sendTruncated(gateway, await account.token(), request)
        await sendPipelined(gateway, await account.token(), request)
        continue
      }
      const shared = await exchange(gateway, account, request, agent)
      // A kept connection may end just when it is used again: only what fails on a fresh one is a fault.
      const reply = shared.status === 0 ? await exchange(gateway, account, request) : shared
      if (reply.status === 200 && isValid && bodyOf(reply)?.data) answered += 1
      const what =
        faultOf(request, reply) ?? gateway.log.slice(logged).map(faultOfLine).find(Boolean)
      logged = gateway.log.length
      if (what !== undefined) faults.push({ number, what, request })
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  agent.destroy()
  await setTimeout(SETTLE_MILLISECONDS)
  const growth = residentMegabytes(gateway.pid) - resting
  for (const fault of faults) await show(gateway, account, seed, fault)
  const checks: readonly (readonly [what: string, holds: boolean, measured: string])[] = [
    ['every answer is as it must be', faults.length === 0, `${faults.length} are not`],
    ['valid operations are answered', answered > 0, `${answered} of ${sent} requests`],
    ['the gateway is alive', await gateway.isReady(), gateway.isRunning ? 'runs' : 'has ended'],
    [
      `memory grows by at most ${MOST_GROWTH_MEGABYTES} MB`,
      growth <= MOST_GROWTH_MEGABYTES,
      `${Math.round(growth)} MB`,
    ],
    [
      'the log has neither errors nor input',
      !gateway.log.some(faultOfLine),
      `${gateway.log.length} lines`,
    ],
  ]
  for (const [what, holds, measured] of checks)
    print(`  ${holds ? 'holds ' : 'FAILED'}  ${what}: ${measured}`)
  const failed = checks.filter(([, holds]) => !holds).length
  return { passed: checks.length - failed, failed }
}

async function exchange(
  gateway: Gateway,
  account: Account,
  request: FuzzRequest,
  agent?: Agent,
): Promise<Reply> {
  const leaving = new AbortController()
  const isStream = request.headers['accept'] === 'text/event-stream'
  const timer = isStream
    ? globalThis.setTimeout(() => {
        leaving.abort()
      }, STREAM_MILLISECONDS)
    : undefined
  const reply = await send(`${gateway.url}${request.path}`, {
    method: request.method,
    headers: { authorization: `Bearer ${await account.token()}`, ...request.headers },
    ...(request.body.length > 0 && { body: request.body }),
    leaving: leaving.signal,
    ...(agent && !isStream && { agent }),
  })
  clearTimeout(timer)
  // A stream has no end of its own: what was heard of it until then is what is looked at.
  return isStream && reply.status === 0 ? { ...reply, status: 200 } : reply
}

async function show(gateway: Gateway, account: Account, seed: number, fault: Fault): Promise<void> {
  const { number, what, request } = fault
  const isFaulty = async (candidate: FuzzRequest) =>
    gateway.isRunning && faultOf(candidate, await exchange(gateway, account, candidate)) === what
  const smallest = await minimized(request, isFaulty)
  print(`  FAULT  seed ${seed}, request ${number}: ${what}`)
  print(
    `    ${smallest.method} ${smallest.path.slice(0, MOST_SHOWN)} ${JSON.stringify(smallest.headers)}`,
  )
  print(`    ${JSON.stringify(smallest.body.toString('latin1').slice(0, MOST_SHOWN))}`)
  const line = gateway.log.find((each) => faultOfLine(each) !== undefined)
  if (line !== undefined) print(`    log: ${line.slice(0, MOST_SHOWN)}`)
}

/** The schema as the gateway describes it. */
async function servedSchema(gateway: Gateway, account: Account): Promise<GraphQLSchema> {
  const reply = await post(gateway.graphqlUrl, account, { query: getIntrospectionQuery() })
  const data = bodyOf(reply)?.data
  if (!data)
    throw new Error(`the gateway does not describe its schema: ${reply.text.slice(0, 200)}`)
  return buildClientSchema(data as unknown as IntrospectionQuery)
}

/** UUIDs, ids and cursors of records that there are. */
async function knownValues(gateway: Gateway, account: Account): Promise<string[]> {
  const { text } = await post(gateway.graphqlUrl, account, {
    query:
      '{ pledges(first: 20) { edges { cursor node { id uuid owningOrganization { id uuid } person { id uuid } transactions(first: 1) { edges { cursor node { uuid id } } } } } } calls(first: 20) { edges { cursor node { id uuid requestedBy { uuid } } } } }',
  })
  return [...text.matchAll(/"(?:cursor|id|uuid)":"([^"]+)"/g)].map(([, value = '']) => value)
}
