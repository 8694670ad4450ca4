import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { endServers, runCommand, startServer } from './support/command.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 180_000 })

afterAll(endServers)

describe.runIf(isOnPostgres())('a database on Postgres', () => {
  let database: PostgresDatabase
  let settings: { readonly DATABASE_URL: string }

  beforeAll(async () => {
    database = await createPostgres()
    settings = { DATABASE_URL: database.url }
  })

  afterAll(() => database.drop())

  test('whose schema is behind is not touched, and the line says what to run', async () => {
    for (const words of [['start'], ['demo'], ['account', 'list'], ['import', '-']]) {
      expect(await runCommand(words, settings)).toEqual({
        code: 1,
        stdout: '',
        stderr: 'pledgeline: the schema of the database is behind; run `pledgeline migrate`\n',
      })
    }
  })

  test('is brought up to date by several at once, and then filled', async () => {
    const runs = await Promise.all([1, 2].map(() => runCommand(['migrate'], settings)))
    expect(runs.map(({ code }) => code)).toEqual([0, 0])
    const { code, stdout } = await runCommand(['demo', '--pledges', '10', '--seed', '2'], settings)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })

  test('is served without anything that lets in, and with no demo account', async () => {
    const server = await startServer({ ...settings, GRAPHIQL: 'on' })
    const page = await fetch(server.url, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(200)
    expect(await page.text()).not.toContain('Bearer ')
    expect(await server.end('SIGTERM')).toBe(0)
    expect(await runCommand(['account', 'list'], settings)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('has no page unless it is asked for', async () => {
    const server = await startServer(settings)
    const page = await fetch(server.url, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(401)
    expect(await server.end('SIGINT')).toBe(0)
  })

  test('is brought up to date first by a start that is told to', async () => {
    const empty = await createPostgres()
    const server = await startServer({ DATABASE_URL: empty.url }, ['start', '--migrate'])
    const ready = await fetch(new URL('/health/ready', server.url))
    expect(ready.status).toBe(200)
    expect(await server.end('SIGTERM')).toBe(0)
    await empty.drop()
  })
})

test('a database that nobody serves is told in one line', async () => {
  const settings = { DATABASE_URL: 'postgres://postgres@127.0.0.1:9/pledgeline' }
  for (const words of [['start'], ['migrate'], ['account', 'list']]) {
    const { code, stdout, stderr } = await runCommand(words, settings)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pledgeline: the database cannot be reached \([^\n]+\)\n$/)
  }
})
