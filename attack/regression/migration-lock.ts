import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { runCommand } from '../support/command.ts'
import { waitUntil } from '../support/waiting.ts'
import type { Regression } from './regression.ts'

// `migrate` itself waits for a minute.
const WAITS_MILLISECONDS = 75_000
const SESSION_LOCK = /pg_(?:try_)?advisory_lock(?:_shared)?\s*\(/

export const migrationLock: Regression = {
  name: 'migration-lock',
  was: 'Through PgBouncer `migrate` left its advisory lock behind on a pooled connection, and the next one hung without a word.',
  must: 'The lock is the transaction’s, and whoever waits for it too long is told who holds it.',
  async attack(trial) {
    const database = await trial.database()
    const { cluster } = trial.target
    const variables = { DATABASE_URL: cluster.url(database) }
    const log = () => readFileSync(join(cluster.folder, 'log'), 'utf8')
    const begin = log().length
    await cluster.query(`alter database ${database} set log_statement = 'all'`)
    const first = await runCommand(['migrate'], { variables })
    await cluster.query(`alter database ${database} reset log_statement`)
    const statements = log().slice(begin)
    trial.must('migrate succeeds', first.code === 0, `exit code ${String(first.code)}`)
    trial.must(
      'no lock outlives its transaction',
      !SESSION_LOCK.test(statements),
      SESSION_LOCK.exec(statements)?.[0] ?? 'none is of the session',
    )
    // Whoever holds the lock: a migration that waits for a table that somebody else has locked.
    let holder: ChildProcess | undefined
    let second: ChildProcess | undefined
    const blocked = trial.query(
      `do $$ begin lock table drizzle.__drizzle_migrations in access exclusive mode; perform pg_sleep(${WAITS_MILLISECONDS / 1_000 + 25}); end $$`,
    )
    blocked.catch(() => undefined)
    await setTimeout(500)
    const held = runCommand(['migrate'], { variables, onStart: (child) => (holder = child) })
    await setTimeout(3_000)
    const waiting = runCommand(['migrate'], { variables, onStart: (child) => (second = child) })
    let outcome: Awaited<typeof waiting> | undefined
    const noted = waiting.then((ended) => (outcome = ended))
    await waitUntil(WAITS_MILLISECONDS, () => outcome !== undefined)
    const told = outcome?.stderr.trim() ?? ''
    trial.must(
      'a migration that waits says who holds the lock',
      outcome !== undefined &&
        outcome.code !== 0 &&
        /\d{2,}/.test(told) &&
        /migrat|lock/i.test(told),
      outcome ? `exit code ${String(outcome.code)}: ${told.slice(0, 200)}` : 'it hangs',
    )
    holder?.kill('SIGKILL')
    second?.kill('SIGKILL')
    await trial.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and pid <> pg_backend_pid()`,
    )
    await Promise.allSettled([held, noted, blocked])
  },
}
