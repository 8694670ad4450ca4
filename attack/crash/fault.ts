import { setTimeout } from 'node:timers/promises'
import type { Random } from '../../src/demo/random.ts'
import type { Gateway } from '../support/gateway.ts'
import type { Proxy } from '../support/proxy.ts'
import type { SmallDisk } from '../support/small-disk.ts'
import { mustHold } from '../support/waiting.ts'
import type { ImportLoad } from './import-load.ts'
import type { Ledger } from './ledger.ts'
import { STILL_RUNNING } from './promise.ts'
import type { Trace } from './trace.ts'
import type { Verdict } from './verdict.ts'
import type { Workload } from './workload.ts'
import type { World } from './world.ts'

const TERM_MILLISECONDS = 10_000
const RESTART_MILLISECONDS = 60_000
const BEHIND_MILLISECONDS = 20_000
const CROWD_MILLISECONDS = 5_000
const FULL_MILLISECONDS = 20_000

/** What a fault has in its hands. */
export interface Disturbing {
  readonly world: World
  readonly workload: Workload
  readonly imports: ImportLoad
  readonly ledger: Ledger
  readonly trace: Trace
  readonly verdict: Verdict
}

/** A fault: begins it, and answers once it is over and everybody may be expected back. */
export type Fault = (random: Random, disturbing: Disturbing) => Promise<void>

/** The faults of a world with a standby, by their names. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'kill a gateway': async (random, { world }) => {
    const gateway = random.pick(world.gateways)
    await gateway.end('SIGKILL')
    await pause(random, 0, 2_000)
    await gateway.start()
  },
  'kill both gateways': async (random, { world }) => {
    await Promise.all(world.gateways.map((gateway) => gateway.end('SIGKILL')))
    await pause(random, 0, 1_000)
    await Promise.all(world.gateways.map((gateway) => gateway.start()))
  },
  'end a gateway with SIGTERM': async (random, { world, verdict }) => {
    const gateway = random.pick(world.gateways)
    const began = performance.now()
    await gateway.end('SIGTERM')
    const took = Math.round(performance.now() - began)
    verdict.expect(STILL_RUNNING, took <= TERM_MILLISECONDS, () => `SIGTERM took ${took} ms`)
    await gateway.start()
  },
  'stop a gateway for a while': async (random, { world }) => {
    const gateway = random.pick(world.gateways)
    gateway.pause()
    await pause(random, 1_000, 9_000)
    gateway.resume()
  },
  'shut Postgres down immediately': async (random, { world }) => {
    await world.primary.stopImmediately()
    await pause(random, 0, 3_000)
    await world.primary.start()
  },
  'kill the postmaster': async (random, { world }) => {
    await world.primary.kill()
    await pause(random, 0, 2_000)
    await world.primary.start()
  },
  'kill a backend': async (_random, { world }) => {
    await world.primary.killBackend('pledgeline')
    await mustHold('Postgres recovers', RESTART_MILLISECONDS, () => world.primary.isAnswering())
  },
  'cut connections': async (random, { world }) => {
    const ways = someWays(random, world)
    await Promise.all(ways.map((way) => way.cut()))
    await pause(random, 0, 4_000)
    await Promise.all(ways.map((way) => way.restore()))
  },
  'cut connections again and again': async (random, { world }) => {
    for (let times = random.integer(5, 20); times > 0; times -= 1) {
      for (const way of someWays(random, world)) way.closeConnections()
      await pause(random, 20, 300)
    }
  },
  'freeze connections': async (random, { world }) => {
    const ways = someWays(random, world)
    for (const way of ways) way.freeze()
    await pause(random, 500, 14_000)
    for (const way of ways) way.thaw()
  },
  'drop connections silently': async (random, { world, workload }) => {
    const ways = someWays(random, world)
    // Every connection that a gateway may have is there when it falls silent, and is then waited for.
    await Promise.all(world.gateways.map((gateway) => workload.flood(gateway, CROWD_MILLISECONDS)))
    for (const way of ways) way.mute()
    for (const gateway of world.gateways) void workload.flood(gateway, CROWD_MILLISECONDS)
    await pause(random, 500, 13_000)
    for (const way of ways) way.speak()
  },
  'slow the network down': async (random, { world }) => {
    const ways = someWays(random, world)
    const milliseconds = random.integer(20, 150)
    for (const way of ways) way.delay(milliseconds)
    await pause(random, 2_000, 5_000)
    for (const way of ways) way.delay(0)
  },
  'fail over': async (random, { world }) => {
    await world.untilSynchronous()
    await failOver(random, world)
  },
  'fail over to a standby that is behind': async (random, { world, ledger, trace }) => {
    const alreadyForgotten = ledger.forgotten
    // What is answered from here on may be lost by the nature of asynchronous replication.
    await world.untilSynchronous()
    ledger.beginForgetting()
    await world.leaveStandbyBehind()
    const wanted = alreadyForgotten + random.integer(5, 40)
    await mustHold('acts are lost', BEHIND_MILLISECONDS, () => ledger.forgotten >= wanted)
    world.timesBehind += 1
    await failOver(random, world)
    ledger.endForgetting()
    trace.say(`        ${ledger.forgotten - alreadyForgotten} acknowledged acts may be lost`)
  },
  'kill a gateway while Postgres shuts down': async (random, disturbing) => {
    const { world } = disturbing
    const gateway = random.pick(world.gateways)
    await Promise.all([
      gateway.end('SIGKILL'),
      pause(random, 0, 300).then(() => world.primary.stopImmediately()),
    ])
    await pause(random, 0, 1_000)
    await world.primary.start()
    await gateway.start()
  },
}

/** The faults of a world on small disks: that of the tables, and that of the log that Postgres writes ahead. */
export const diskFaults = (tables: SmallDisk, log: SmallDisk): Readonly<Record<string, Fault>> => ({
  'fill the disk of the tables': async (random, { world, workload }) => {
    const before = workload.unavailable
    await tables.fill()
    await mustHold('acts are refused for want of room', FULL_MILLISECONDS, () => {
      return workload.unavailable > before + 3 || !world.primary.isRunning
    })
    await pause(random, 500, 3_000)
    await tables.empty()
  },
  'fill the disk of the log': async (random, { world, workload }) => {
    const before = workload.unavailable
    await log.fill()
    await mustHold('acts are refused for want of room', FULL_MILLISECONDS, async () => {
      // There is no room for more once the present file is full, which few acts would take minutes for.
      if (world.primary.isRunning)
        await world.primary.query('select pg_switch_wal()').catch(() => undefined)
      return workload.unavailable > before + 3
    })
    await pause(random, 500, 3_000)
    await log.empty()
    await world.primary.start()
  },
})

async function failOver(random: Random, world: World): Promise<void> {
  const gatewayWays = world.ways
  // As where the machine vanishes: nobody is told of the end of a connection.
  const isSilent = random.isLucky(0.5)
  if (isSilent) for (const way of gatewayWays) way.mute()
  await world.failOver()
  for (const way of gatewayWays) {
    if (isSilent) way.speak()
    else way.closeConnections()
  }
}

/** The way of one gateway, or those of all; that of imports in every other case. */
function someWays(random: Random, { ways, gateways }: World): Proxy[] {
  const own = ways.slice(0, gateways.length)
  const others = ways.slice(gateways.length)
  return [
    ...(random.isLucky(0.5) ? own : [random.pick(own)]),
    ...(random.isLucky(0.5) ? others : []),
  ]
}

async function pause(random: Random, least: number, most: number): Promise<void> {
  await setTimeout(random.integer(least, most))
}

/** The gateways that are to run and do not. */
export function ended({ gateways }: World): Gateway[] {
  return gateways.filter(({ isRunning }) => !isRunning)
}
