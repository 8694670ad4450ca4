import type { persons } from '../person/table.ts'
import type { pledgeFocusAreas, pledges } from '../pledge/table.ts'
import type { transactions } from '../transaction/table.ts'
import type { CallRows } from './call.ts'
import { callsOf } from './calling.ts'
import { pickAmount, pickInterval } from './donation.ts'
import { createPledge, createPledgeFocusAreas } from './pledge.ts'
import type { Setting } from './setting.ts'
import type { Shift } from './shift.ts'
import { tellStory } from './story.ts'
import { collections, createTransaction, signUpPayments, wasCollected } from './transaction.ts'

/** The rows of one pledge and of what belongs to it. */
export interface PledgeRecords {
  /** Null when the donor has pledged before. */
  readonly person: typeof persons.$inferSelect | null
  readonly pledge: typeof pledges.$inferSelect
  readonly focusAreas: readonly (typeof pledgeFocusAreas.$inferSelect)[]
  readonly transactions: readonly (typeof transactions.$inferSelect)[]
  readonly calls: readonly CallRows[]
}

/** How often another system tells what it collects. */
const SHARED_TRANSACTIONS_PROBABILITY = 0.7

/** The rows of any pledge that a shift brings in. */
export function createRecords(setting: Setting, shift: Shift): PledgeRecords {
  const { random } = setting
  const { charity, arrivesAt: createdAt } = shift
  const donor = setting.donors.find(charity, createdAt)
  const uuid = random.uuid()
  const interval = pickInterval(random)
  const initialAmount = pickAmount(random, interval)

  const paid = signUpPayments(random, {
    pledgeUuid: uuid,
    amount: initialAmount,
    interval,
    at: createdAt,
  })
  const isCollected = paid.some(wasCollected)
  const { coolingDownDays } = charity
  const story = tellStory(random, { createdAt, coolingDownDays, interval, isCollected })
  const told = { uuid, personUuid: donor.uuid, shift, interval, initialAmount, story }
  const pledge = createPledge(setting, told)
  const isPaidOff = interval === 'ONCE' && isCollected
  const areTransactionsShared =
    shift.source === null || random.isLucky(SHARED_TRANSACTIONS_PROBABILITY)
  const payments = [...paid, ...(isPaidOff ? [] : collections(random, told, pledge))]
  return {
    person: donor.newRow,
    pledge,
    focusAreas: createPledgeFocusAreas(random, told),
    transactions: areTransactionsShared
      ? payments.map((payment) => createTransaction(random, payment, pledge))
      : [],
    calls: callsOf(setting, told),
  }
}
