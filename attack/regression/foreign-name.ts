import { runCommand } from '../support/command.ts'
import type { Regression } from './regression.ts'
import { bodyOf, post } from './request.ts'
import type { Tenant } from './target.ts'

const SOURCE = '{ name: "crm", id: "4711" }'

const pledgeOf = ({ organization, person }: Tenant) =>
  `mutation { act: createPledge(input: { personUuid: "${person}", owningOrganizationUuid: "${organization}", recruitingOrganizationUuid: "${organization}", type: D2D, externalSource: ${SOURCE} }) { __typename } }`

const callOf = ({ organization, person }: Tenant) =>
  `mutation { act: createCall(input: { personUuid: "${person}", organizationUuid: "${organization}", externalMetadata: { applicationName: "dialler", referenceId: "4711" } }) { __typename } }`

export const foreignName: Regression = {
  name: 'foreign-name',
  was: 'Creating with another organization’s name in an external source told that it exists, and claiming it first made the other’s import fail.',
  must: 'Such a name is unique per owning organization of a pledge, and per performing organization of a call.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const [one, other] = [trial.tenant(0), trial.tenant(1)]
    for (const [what, operationOf] of [
      ['pledge', pledgeOf],
      ['call', callOf],
    ] as const) {
      const outcomes: string[] = []
      for (const tenant of [one, other, other]) {
        const query = await withKnownKey(gateway.graphqlUrl, tenant, operationOf(tenant))
        const reply = await post(gateway.graphqlUrl, tenant.account, { query })
        const act = bodyOf(reply)?.data?.['act'] as { __typename?: string } | null | undefined
        outcomes.push(act?.__typename ?? reply.text.slice(0, 120))
      }
      const [first = '', second = '', third = ''] = outcomes
      const holds =
        first.endsWith('Payload') && second.endsWith('Payload') && third.includes('Conflict')
      trial.must(`the same name of a ${what} in two organizations`, holds, outcomes.join(', '))
    }
    await importOther(trial, other)
  },
}

/** The id in an external source is called by another name in a newer schema. */
async function withKnownKey(
  graphqlUrl: string,
  { account }: { account: Parameters<typeof post>[1] },
  query: string,
): Promise<string> {
  const asked = await post(graphqlUrl, account, {
    query: '{ __type(name: "ExternalSourceInput") { inputFields { name } } }',
  })
  return asked.text.includes('referenceId') ? query.replace('", id: "', '", referenceId: "') : query
}

async function importOther(
  trial: Parameters<Regression['attack']>[0],
  { organization, person }: Tenant,
): Promise<void> {
  const line = (key: string) =>
    JSON.stringify({
      entity: 'pledge',
      uuid: '3f6d3c52-3f5e-4d7a-8a45-9d5a0b1a7c99',
      externalSource: { name: 'import', [key]: '1' },
      personUuid: person,
      owningOrganizationUuid: organization,
      recruitingOrganizationUuid: organization,
      type: 'D2D',
    })
  await trial.query(
    `insert into pledges (uuid, status, type, owning_organization_uuid, recruiting_organization_uuid, person_uuid, external_source_name, external_source_id, created_at, updated_at)
     select gen_random_uuid(), 'LEAD', 'D2D', owning_organization_uuid, owning_organization_uuid, uuid, 'import', '1', now(), now()
       from persons where owning_organization_uuid <> '${organization}' limit 1`,
  )
  const variables = { DATABASE_URL: trial.target.cluster.url(await trial.database()) }
  const outcomes = []
  for (const key of ['id', 'referenceId']) {
    outcomes.push(await runCommand(['import', '-'], { variables, input: `${line(key)}\n` }))
  }
  trial.must(
    'an import may use a name that another organization has',
    outcomes.some(({ code }) => code === 0),
    outcomes
      .map(({ code, stderr }) => `${String(code)}: ${stderr.trim().slice(0, 160)}`)
      .join('; '),
  )
}
