import { act } from '../../src/act/run.ts'
import type { Database } from '../../src/db/database.ts'
import { type NewChange, recordChanges } from '../../src/feed/recording.ts'
import { type Call, insertCall, insertPledge, type Pledge, RECORDED_AT } from './records.ts'

/** A change that is recorded by a test: of a pledge, of a call, of a person or of a transaction. */
export type RecordedChange = Partial<NewChange> &
  (
    | { readonly pledgeUuid: string }
    | { readonly callUuid: string }
    | { readonly personUuid: string }
    | { readonly transactionUuid: string }
  )

/** Records changes in one act, in their order, as everything that writes does. */
export async function recordAct(
  database: Database,
  ...recorded: readonly RecordedChange[]
): Promise<void> {
  await act(database, (transaction) => recordChanges(transaction, ...recorded.map(whole)))
}

/** A change with whatever the test did not say. */
export function whole(change: RecordedChange): NewChange {
  return {
    kind: kindOf(change),
    occurredAt: RECORDED_AT,
    changedFields: [],
    ...change,
  }
}

function kindOf(change: RecordedChange): NewChange['kind'] {
  if ('pledgeUuid' in change) return 'PLEDGE_UPDATED'
  if ('callUuid' in change) return 'CALL_UPDATED'
  return 'personUuid' in change ? 'PERSON_UPDATED' : 'TRANSACTION_UPDATED'
}

/** How many changes there are of our records, and as many of foreign ones. */
export const CHANGED = 7

/** Records that were changed by turns. */
export interface ChangedRecords {
  readonly pledge: Pledge
  readonly call: Call
  readonly foreignPledge: Pledge
  readonly foreignCall: Call
  /** The actors of our changes, oldest first: each is told by its own. Every other one is of the call. */
  readonly ours: readonly string[]
  readonly everybodys: readonly string[]
}

/** Inserts a pledge and a call of one organization and of another one, and changes them by turns. */
export async function insertChanged(database: Database): Promise<ChangedRecords> {
  const pledge = await insertPledge(database)
  const call = await insertCall(database, { pledgeUuid: pledge.uuid })
  const foreignPledge = await insertPledge(database)
  const foreignCall = await insertCall(database, { pledgeUuid: foreignPledge.uuid })
  const ours: string[] = []
  const everybodys: string[] = []
  const record = async (actor: string, change: RecordedChange) => {
    await recordAct(database, { ...change, actor })
    everybodys.push(actor)
    if (actor.startsWith('ours')) ours.push(actor)
  }
  for (let index = 0; index < CHANGED; index += 1) {
    const isOfPledge = index % 2 === 0
    await record(
      `ours ${index}`,
      isOfPledge ? { pledgeUuid: pledge.uuid } : { callUuid: call.uuid },
    )
    await record(
      `foreign ${index}`,
      isOfPledge ? { callUuid: foreignCall.uuid } : { pledgeUuid: foreignPledge.uuid },
    )
  }
  return { pledge, call, foreignPledge, foreignCall, ours, everybodys }
}
