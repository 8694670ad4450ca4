import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import type { TestProject } from 'vitest/node'
import { openInMemory } from '../../src/db/database.ts'
import { migrate, migratePostgres } from '../../src/db/migrate.ts'
import { createDatabase, dropDatabases, withDatabase } from './postgres.ts'

/** What a fresh database is copied from: a dump of an embedded one, or a template on a server. */
export type TestDatabaseOrigin =
  | { readonly kind: 'dump'; readonly file: string }
  | {
      readonly kind: 'template'
      readonly serverUrl: string
      readonly template: string
      /** What the names of this run's databases begin with. */
      readonly prefix: string
    }

declare module 'vitest' {
  export interface ProvidedContext {
    testDatabaseOrigin: TestDatabaseOrigin
  }
}

/** Migrates one database before the tests, for each of them to have a copy of, and clears up after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const serverUrl = process.env['DATABASE_URL']
  return serverUrl ? await prepareTemplate(project, serverUrl) : await prepareDump(project)
}

async function prepareDump(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'pledgeline-test-'))
  const file = join(folder, 'migrated.tar')
  const database = await openInMemory()
  await migrate(database)
  const { $client } = database.drizzle as unknown as { $client: PGlite }
  const dump = await $client.dumpDataDir('none')
  await writeFile(file, dump.stream())
  await database.close()
  project.provide('testDatabaseOrigin', { kind: 'dump', file })
  return () => rm(folder, { recursive: true })
}

async function prepareTemplate(
  project: TestProject,
  serverUrl: string,
): Promise<() => Promise<void>> {
  const prefix = `pledgeline_test_${randomBytes(6).toString('hex')}`
  const template = `${prefix}_template`
  try {
    await createDatabase(serverUrl, template)
    await migratePostgres(withDatabase(serverUrl, template))
  } catch (error) {
    await dropDatabases(serverUrl, prefix)
    throw error
  }
  project.provide('testDatabaseOrigin', { kind: 'template', serverUrl, template, prefix })
  return () => dropDatabases(serverUrl, prefix)
}
