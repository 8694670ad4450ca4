import { setTimeout } from 'node:timers/promises'
import type { Gateway } from '../support/gateway.ts'
import { waitUntil } from '../support/waiting.ts'
import { processorSeconds } from './process-memory.ts'
import { BOUND, type Regression } from './regression.ts'
import { bodyOf, type Operation, post } from './request.ts'
import type { Tenant } from './target.ts'
import type { Trial } from './trial.ts'

const QUERIES = 20_000
const MUTATIONS = 12_000
const BEGINS_MILLISECONDS = 15_000
const BEGUN_SECONDS = 0.1
const CANCELS_MILLISECONDS = 500
const IDLE_MILLISECONDS = 3_000
const MOST_IDLE_SECONDS = 0.6
const FEWEST_TRIED = 4

const counts = (count: number) => `{ ${repeated(count, 'persons { totalCount }')} }`

function repeated(count: number, field: string): string {
  return Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')
}

/** So many pledges that are created, all of them with one variable. */
function creations(count: number): string {
  return `mutation ($input: CreatePledgeInput!) { ${repeated(count, 'createPledge(input: $input) { __typename }')} }`
}

function newPledge({ organization, person }: Tenant): object {
  return {
    input: {
      personUuid: person,
      owningOrganizationUuid: organization,
      recruitingOrganizationUuid: organization,
      type: 'D2D',
      initialDonationAmount: '5.00',
      initialDonationInterval: 'MONTHLY',
    },
  }
}

export const rootFieldFlood: Regression = {
  name: 'root-field-flood',
  was: 'Of 20,000 root fields Postgres worked on for 78 seconds after the client had gone, and mutations went on writing for a minute.',
  must: 'So many root fields are refused, and the most that are allowed end with the client who asked for them.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const variables = newPledge(trial.tenant(0))
    await trial.mustRefuse('queries', gateway, { query: counts(QUERIES) })
    await trial.mustRefuse('mutations', gateway, { query: creations(MUTATIONS), variables })
    await leaveQueries(trial, gateway)
    await leaveMutations(trial, gateway, variables)
  },
}

/** The largest number of root fields that is let by, found by halving. */
async function mostAllowed(
  trial: Trial,
  gateway: Gateway,
  most: number,
  operation: (count: number) => string,
  variables: object = {},
): Promise<number> {
  let [least, refused] = [1, most]
  while (refused - least > FEWEST_TRIED) {
    const count = Math.floor((least + refused) / 2)
    // What is wrong in another way as well shows by its error which of the two was looked at first.
    const query = operation(count).replace(/\}$/, ' nothingOfTheKind }')
    const reply = await post(gateway.graphqlUrl, trial.attacker, { query, variables })
    const codes = bodyOf(reply)?.errors?.map(({ extensions }) => extensions?.['code'])
    if (codes?.includes('OPERATION_TOO_LARGE') ?? true) refused = count
    else least = count
  }
  return least
}

async function leaveQueries(trial: Trial, gateway: Gateway): Promise<void> {
  const count = await mostAllowed(trial, gateway, QUERIES, counts)
  const { postmaster } = trial.target
  const { value: seconds, damage } = await trial.measure(gateway, async () => {
    const begun = processorSeconds(postmaster)
    await postAndLeave(trial, gateway, { query: counts(count) }, () =>
      Promise.resolve(processorSeconds(postmaster) - begun > BEGUN_SECONDS),
    )
    await setTimeout(CANCELS_MILLISECONDS)
    const before = processorSeconds(postmaster)
    await setTimeout(IDLE_MILLISECONDS)
    return processorSeconds(postmaster) - before
  })
  trial.must(
    `Postgres rests once a client with ${count} root fields has gone`,
    seconds <= MOST_IDLE_SECONDS,
    `busy for ${seconds.toFixed(2)} s of ${IDLE_MILLISECONDS / 1_000} s`,
  )
  trial.must(
    'nobody else waits for it',
    damage.viewerMilliseconds <= BOUND.waitMilliseconds,
    `${Math.round(damage.viewerMilliseconds)} ms`,
  )
}

async function leaveMutations(trial: Trial, gateway: Gateway, variables: object): Promise<void> {
  const count = await mostAllowed(trial, gateway, MUTATIONS, creations, variables)
  const stored = async () => {
    const [row] = await trial.query<{ count: string }>('select count(*) as count from pledges')
    return Number(row?.count)
  }
  const atFirst = await stored()
  await postAndLeave(
    trial,
    gateway,
    { query: creations(count), variables },
    async () => (await stored()) > atFirst,
  )
  await setTimeout(CANCELS_MILLISECONDS)
  const before = await stored()
  await setTimeout(IDLE_MILLISECONDS)
  const later = (await stored()) - before
  trial.must(
    `nothing is written once a client with ${count} mutations has gone`,
    later === 0,
    `${before - atFirst} before, ${later} later`,
  )
}

/** Posts an operation, and leaves once its work has begun, or where none begins. */
async function postAndLeave(
  trial: Trial,
  gateway: Gateway,
  operation: Operation,
  hasBegun: () => Promise<boolean>,
): Promise<void> {
  const leaving = new AbortController()
  const answered = post(gateway.graphqlUrl, trial.attacker, operation, { leaving: leaving.signal })
  let isAnswered = false
  const noted = answered.then(() => (isAnswered = true))
  await waitUntil(BEGINS_MILLISECONDS, async () => isAnswered || (await hasBegun()), 20)
  leaving.abort()
  await noted
}
