// Each statement answers the whole body of a response as one text: Postgres concatenates it, the server only
// passes it on. A scope is the last parameter: the organizations whose records are visible, absent for all.

const instant = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const textOrNull = (column: string) => `coalesce('"' || ${column} || '"', 'null')`
const nameOrNull = (column: string) => `coalesce(to_json(${column}), 'null')`

const scalars = (...names: ('donationAmount' | 'donationInterval')[]) => {
  const columns = { donationAmount: 'donation_amount', donationInterval: 'donation_interval' }
  return names.map((name) => `, ',"${name}":', ${textOrNull(`p.${columns[name]}`)}`).join('')
}

const owner = `(select to_json(o.name) from organizations o where o.uuid = p.owning_organization_uuid)`

const person = `(
  select concat('{"firstName":', ${nameOrNull('n.first_name')}, ',"lastName":', to_json(n.last_name), '}')
  from persons n where n.uuid = p.person_uuid
)`

const lastName = `(select to_json(n.last_name) from persons n where n.uuid = p.person_uuid)`

const transactions = `(
  select string_agg(concat(
    '{"uuid":"', t.uuid, '","type":"', t.type, '","status":"', t.status,
    '","amount":"', t.amount, '","createdAt":"', ${instant('t.created_at')}, '"}'
  ), ',')
  from (
    select uuid, type, status, amount, created_at from transactions
    where pledge_uuid = p.uuid order by created_at desc, uuid desc limit 10
  ) t
)`

const attempts = `(
  select string_agg(concat(
    '{"attemptedAt":"', ${instant('a.attempted_at')}, '","attemptedBy":',
    coalesce((select concat('{"name":', to_json(u.name), '}') from users u where u.uuid = a.attempted_by_uuid), 'null'),
    '}'
  ), ',')
  from (
    select attempted_at, attempted_by_uuid from call_attempts
    where call_uuid = c.uuid order by number
  ) a
)`

const calls = (scope: string | undefined) => `(
  select string_agg(concat(
    '{"uuid":"', c.uuid, '","status":"', c.status, '","type":"', c.type,
    '","requestedAt":"', ${instant('c.requested_at')}, '","attempts":[', ${attempts}, ']}'
  ), ',')
  from (
    select uuid, status, type, requested_at from calls
    where pledge_uuid = p.uuid
    ${scope ? `and (organization_uuid = any(${scope}) or person_organization_uuid = any(${scope}))` : ''}
    order by created_at desc, uuid desc limit 10
  ) c
)`

const start = `'{"uuid":"', p.uuid, '","status":"', p.status, '","createdAt":"', ${instant('p.created_at')}, '"'`

const nestedPledge = (scope: string | undefined) => `concat(
  ${start}${scalars('donationAmount', 'donationInterval')},
  ',"owningOrganization":{"name":', ${owner}, '},"person":', ${person},
  ',"transactions":{"nodes":[', ${transactions}, ']},"calls":{"nodes":[', ${calls(scope)}, ']}}'
)`

const onePledge = `concat(
  ${start}${scalars('donationAmount', 'donationInterval')},
  ',"owningOrganization":{"name":', ${owner}, '},"person":', ${person}, '}'
)`

const listedPledge = `concat(
  ${start}${scalars('donationAmount')},
  ',"owningOrganization":{"name":', ${owner}, '},"person":{"lastName":', ${lastName}, '}}'
)`

const COLUMNS =
  'uuid, status, created_at, donation_amount, donation_interval, owning_organization_uuid, person_uuid'
const NEWEST = 'created_at desc, uuid desc'

/** The first rows of the list: by the index on its order, or by those that lead with an organization. */
function newest(after: string | undefined, scope: string | undefined, limit: number): string {
  const bound = after ? `(created_at, uuid) < ${after}` : 'true'
  if (!scope) {
    return `select ${COLUMNS} from pledges where ${bound} order by ${NEWEST} limit ${String(limit)}`
  }
  const branch = (column: string) => `
    select b.* from unnest(${scope}) s(organization) cross join lateral (
      select created_at, uuid from pledges where ${column} = s.organization and ${bound}
      order by ${NEWEST} limit ${String(limit)}
    ) b`
  return `
    select ${COLUMNS} from (
      ${branch('owning_organization_uuid')} union ${branch('recruiting_organization_uuid')}
      order by ${NEWEST} limit ${String(limit)}
    ) k join pledges using (created_at, uuid)
    order by ${NEWEST}`
}

/** A page: one row more than it shows is looked for, which tells whether the list goes on. */
function page(pledge: string, size: number, after?: string, scope?: string): string {
  return `
    with found as materialized (${newest(after, scope, size + 1)}),
    shown as (select * from found limit ${String(size)})
    select concat(
      '{"data":{"pledges":{"nodes":[', (select string_agg(${pledge}, ',') from shown p),
      '],"pageInfo":{"hasNextPage":', case when (select count(*) from found) > ${String(size)} then 'true' else 'false' end,
      ',"endCursor":', coalesce((
        select concat('"', ${instant('created_at')}, '/', uuid, '"') from shown order by created_at, uuid limit 1
      ), 'null'),
      '}}}}'
    )`
}

function lookup(scope?: string): string {
  const visible = scope
    ? `and (owning_organization_uuid = any(${scope}) or recruiting_organization_uuid = any(${scope}))`
    : ''
  return `select concat('{"data":{"pledge":', ${onePledge}, '}}') from pledges p where uuid = $1::uuid ${visible}`
}

export const NESTED_PAGE = page(nestedPledge(undefined), 20)
export const NESTED_PAGE_IN_SCOPE = page(nestedPledge('$1::uuid[]'), 20, undefined, '$1::uuid[]')
export const ONE_PLEDGE = lookup()
export const ONE_PLEDGE_IN_SCOPE = lookup('$2::uuid[]')
export const DEEP_PAGE = page(listedPledge, 50, '($1::timestamptz, $2::uuid)')
export const DEEP_PAGE_IN_SCOPE = page(
  listedPledge,
  50,
  '($1::timestamptz, $2::uuid)',
  '$3::uuid[]',
)
