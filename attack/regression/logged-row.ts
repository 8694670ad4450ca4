import type { Regression } from './regression.ts'
import { post } from './request.ts'

const CANARY = 'canaryInTheRow'

export const loggedRow: Regression = {
  name: 'logged-row',
  was: 'What Postgres adds to an error (detail, where, hint) could carry a donor’s row into the log.',
  must: 'The log names the error and repeats nothing of a row.',
  async attack(trial) {
    const gateway = await trial.gateway({ LOG_LEVEL: 'debug' })
    const { pledge } = trial.tenant(0)
    // Whatever Postgres refuses for a reason that the gateway does not know: its detail is the whole row.
    await trial.query(
      `alter table pledges add constraint unforeseen check (recruiting_location_label <> '${CANARY}') not valid`,
    )
    const label = await post(gateway.graphqlUrl, trial.attacker, {
      query: `mutation { updatePledge(input: { pledgeUuid: "${pledge}", recruitingLocationLabel: "${CANARY}" }) { __typename } }`,
    })
    await trial.query('alter table pledges drop constraint unforeseen')
    await trial.query(
      `create function unforeseen() returns trigger language plpgsql as $$ begin raise exception 'unforeseen' using detail = new.recruiting_location_label, hint = new.recruiting_location_label; end $$`,
    )
    await trial.query(
      'create trigger unforeseen before update on pledges for each row execute function unforeseen()',
    )
    const raised = await post(gateway.graphqlUrl, trial.attacker, {
      query: `mutation { updatePledge(input: { pledgeUuid: "${pledge}", recruitingLocationLabel: "${CANARY}" }) { __typename } }`,
    })
    const [row] = await trial.query<{ person: string }>(
      `select person_uuid as person from pledges where uuid = '${pledge}'`,
    )
    const log = gateway.log.join('\n')
    const leaked = [CANARY, row?.person ?? ''].filter((text) => log.includes(text))
    trial.must(
      'the client is told nothing of it',
      ![label, raised].some(({ text }) => text.includes(CANARY)),
      label.text.slice(0, 120),
    )
    trial.must(
      'the error is logged',
      /unforeseen|23514|P0001/.test(log),
      `${gateway.log.length} lines`,
    )
    trial.must('nothing of the row is logged', leaked.length === 0, leaked.join(', ') || 'nothing')
  },
}
