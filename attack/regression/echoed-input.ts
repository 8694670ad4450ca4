import { Account } from '../support/client.ts'
import { type Regression } from './regression.ts'
import { bodyOf, codesOf, post } from './request.ts'

const CANARY = 'canaryOfADonor'
const VALUES = 20_000
const MOST_BYTES = 8_192
const MOST_ERRORS = 10
const ROWS = 100

export const echoedInput: Regression = {
  name: 'echoed-input',
  was: 'Errors repeated what was put in: 0.9 MB of a donor’s data came back as 45 MB, and 100 rows with two forbidden fields were 200 errors.',
  must: 'An error names where a value is and never repeats it; ten of them at most, and one for each missing permission.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const attempts = [
      {
        what: 'many wrong ids',
        query:
          'query ($ids: [UUID!]) { persons(filter: { owningOrganizationUuid: $ids }) { totalCount } }',
        variables: { ids: Array.from({ length: VALUES }, (_, index) => `${CANARY} ${index}`) },
      },
      {
        what: 'a wrong input object',
        query:
          'mutation ($input: CreatePledgeInput!) { createPledge(input: $input) { __typename } }',
        variables: {
          input: {
            type: CANARY,
            personUuid: `${CANARY} ${'x'.repeat(500_000)}`,
            signature: { base64: 7, contentType: [CANARY] },
            initialDonationAmount: CANARY,
            createdAt: CANARY,
            unknownField: CANARY,
          },
        },
      },
      {
        what: 'a wrong literal',
        query: `{ pledges(filter: { status: ["${CANARY}"], createdAfter: "${CANARY}" }) { totalCount } }`,
      },
      {
        what: 'a list for an object',
        query: 'query ($f: PledgeFilter) { pledges(filter: $f) { totalCount } }',
        variables: { f: Array.from({ length: VALUES }, () => ({ personUuid: CANARY })) },
      },
    ]
    for (const { what, ...operation } of attempts) {
      const { value: reply, damage } = await trial.measure(gateway, () =>
        post(gateway.graphqlUrl, trial.attacker, operation),
      )
      const errors = bodyOf(reply)?.errors ?? []
      const holds =
        reply.status !== 0 &&
        reply.bytes <= MOST_BYTES &&
        errors.length > 0 &&
        errors.length <= MOST_ERRORS &&
        !reply.text.includes(CANARY)
      trial.must(
        what,
        holds,
        `${reply.bytes} bytes, ${errors.length} errors (${codesOf(reply).join(', ')}), ${reply.text.includes(CANARY) ? 'repeats the input' : 'repeats nothing'}`,
      )
      trial.mustBeBearable(what, damage)
    }
    const variables = { DATABASE_URL: trial.target.cluster.url(await trial.database()) }
    const reader = await Account.create('reader@charity.example', variables, {
      permissions: 'PLEDGES_READ',
    })
    const reply = await post(gateway.graphqlUrl, reader, {
      query: `{ pledges(first: ${ROWS}) { nodes { person { lastName } transactions { totalCount } } } }`,
    })
    const count = bodyOf(reply)?.errors?.length ?? 0
    trial.must('two forbidden fields of 100 rows are two errors', count === 2, `${count} errors`)
  },
}
