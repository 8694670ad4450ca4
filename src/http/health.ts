import { sql } from 'drizzle-orm'
import { type Database, rowsOf } from '../db/database.ts'
import { isMigrated } from '../db/migrate.ts'
import { sqlStateOf } from '../db/problem.ts'
import { withinDeadline } from './deadline.ts'

const CHECK_TIMEOUT_MILLISECONDS = 3_000

/** What a gateway does with its tables, beside reading them. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  account_keys: [],
  account_organizations: [],
  accounts: [],
  call_attempts: ['INSERT'],
  calls: ['INSERT', 'UPDATE'],
  change_organizations: [],
  changes: ['INSERT', 'UPDATE'],
  focus_areas: [],
  link_secrets: [],
  organizations: [],
  person_organizations: [],
  persons: [],
  pledge_focus_areas: ['INSERT'],
  pledges: ['INSERT', 'UPDATE'],
  transactions: ['INSERT', 'UPDATE'],
  users: [],
}

const NEEDED = Object.entries(WRITES).flatMap(([table, writes]) =>
  ['SELECT', ...writes].map((privilege) => `('${table}', '${privilege}')`),
)

const INSUFFICIENT_PRIVILEGE = '42501'

const UNREACHABLE = 'the database cannot be reached'
const STANDBY =
  'the database is a standby, or takes no writes for another reason: it answers reads, and refuses acts'
const BEHIND = 'the schema of the database is behind; run `pledgeline migrate`'
const NO_PRIVILEGES = "the role of DATABASE_URL lacks privileges on the gateway's tables"

/**
 * Makes a check of why the database lets a gateway serve nobody; undefined where it does. It never rejects, and
 * callers at the same time share one.
 */
export function createDatabaseCheck(database: Database): () => Promise<string | undefined> {
  let underWay: Promise<string | undefined> | undefined
  return () => {
    underWay ??= check(database).finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

async function check(database: Database): Promise<string | undefined> {
  try {
    return await withinDeadline(CHECK_TIMEOUT_MILLISECONDS, whyNotReady(database))
  } catch (error) {
    return sqlStateOf(error) === INSUFFICIENT_PRIVILEGE ? NO_PRIVILEGES : UNREACHABLE
  }
}

async function whyNotReady(database: Database): Promise<string | undefined> {
  // A table that is not there lacks nothing: that the schema is behind is told as such.
  const [state] = await rowsOf<{ isReadOnly: boolean; lacks: boolean }>(
    database.health,
    sql`select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly",
      exists (select from (values ${sql.raw(NEEDED.join(', '))}) needed(name, privilege)
        where not has_table_privilege(to_regclass(name), privilege)) as lacks`,
  )
  if (state?.lacks) return NO_PRIVILEGES
  if (!(await isMigrated(database))) return BEHIND
  return state?.isReadOnly ? STANDBY : undefined
}
