import { setImmediate } from 'node:timers/promises'
import type { callAttempts, calls } from '../call/table.ts'
import type { focusAreas, organizations, users } from '../organization/table.ts'
import type { persons } from '../person/table.ts'
import type { pledgeFocusAreas, pledges } from '../pledge/table.ts'
import type { transactions } from '../transaction/table.ts'
import { createRecords, type PledgeRecords } from './record.ts'
import { createSetting, type Setting } from './setting.ts'
import { arrivalOf, createShift, shiftsOf } from './shift.ts'
import { createShowcase } from './showcase.ts'
import { PLEDGE_SOURCES } from './vocabulary/phrase.ts'
import { SHOWCASES } from './vocabulary/showcase.ts'

/** Rows by table. */
export interface Rows {
  readonly organizations: (typeof organizations.$inferSelect)[]
  readonly focusAreas: (typeof focusAreas.$inferSelect)[]
  readonly users: (typeof users.$inferSelect)[]
  readonly persons: (typeof persons.$inferSelect)[]
  readonly pledges: (typeof pledges.$inferSelect)[]
  readonly pledgeFocusAreas: (typeof pledgeFocusAreas.$inferSelect)[]
  readonly transactions: (typeof transactions.$inferSelect)[]
  readonly calls: (typeof calls.$inferSelect)[]
  readonly callAttempts: (typeof callAttempts.$inferSelect)[]
}

/** Pledges with what belongs to them, and with whatever they refer to that no chunk before had. */
export interface Chunk {
  readonly rows: Rows
  /** How many pledges there are in the chunks up to this one. */
  readonly pledgesDone: number
}

const PLEDGES_PER_CHUNK = 1_000
// Between turns the process does whatever else waits, such as sending what was made up before.
const PLEDGES_PER_TURN = 50

/** The demo data of so many pledges, piece by piece: the same for the same number and seed. */
export async function* chunksOf(options: { pledges: number; seed: number }): AsyncGenerator<Chunk> {
  const setting = createSetting(options.seed)
  let rows = emptyRows()
  rows.organizations.push(...setting.world.organizations)
  rows.focusAreas.push(...setting.world.focusAreas)
  rows.users.push(...setting.world.users)
  let pledgesDone = 0
  for (const records of recordsOf(setting, options.pledges)) {
    addTo(rows, records)
    pledgesDone += 1
    if (pledgesDone % PLEDGES_PER_CHUNK === 0 || pledgesDone === options.pledges) {
      yield { rows, pledgesDone }
      rows = emptyRows()
    }
    if (pledgesDone % PLEDGES_PER_TURN === 0) await setImmediate()
  }
}

/** The records of each pledge, in the order in which the pledges are created. */
function* recordsOf(setting: Setting, pledges: number): Generator<PledgeRecords> {
  const { random, world } = setting
  const shown = SHOWCASES.slice(0, pledges)
  const first = pledges - shown.length
  for (const shift of shiftsOf(random, world, { first, outOf: pledges })) {
    for (let number = 0; number < shift.pledgeCount; number += 1) {
      yield createRecords(setting, shift)
    }
  }
  for (const [index, showcase] of shown.reverse().entries()) {
    const shift = createShift(random, world, {
      arrivesAt: arrivalOf(random, first + index, pledges),
      pledgeCount: 1,
      source: showcase.isExternal ? random.pick(PLEDGE_SOURCES) : null,
    })
    yield createShowcase(setting, shift, showcase)
  }
}

function addTo(rows: Rows, records: PledgeRecords): void {
  if (records.person) rows.persons.push(records.person)
  rows.pledges.push(records.pledge)
  rows.pledgeFocusAreas.push(...records.focusAreas)
  rows.transactions.push(...records.transactions)
  for (const { call, attempts } of records.calls) {
    rows.calls.push(call)
    rows.callAttempts.push(...attempts)
  }
}

function emptyRows(): Rows {
  return {
    organizations: [],
    focusAreas: [],
    users: [],
    persons: [],
    pledges: [],
    pledgeFocusAreas: [],
    transactions: [],
    calls: [],
    callAttempts: [],
  }
}
