import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { IssuedKey } from '../src/account/commands.ts'
import { run } from '../src/cli/program.ts'
import {
  endServers,
  type Outcome,
  runCommand,
  type ServerProcess,
  startServer,
} from './support/command.ts'

const COMMANDS = [
  'start',
  'migrate',
  'demo',
  'import',
  'account',
  'account create',
  'account list',
  'account add-key',
  'account revoke-key',
  'account disable',
  'person',
  'person erase',
  'token',
]

const ORGANIZATION = JSON.stringify({
  entity: 'organization',
  uuid: '5cf67f69-34d0-46fe-b904-20d56248a844',
  name: 'Stichting Helder Water',
})

// Every command is a process of its own, and the first one makes a database.
vi.setConfig({ testTimeout: 180_000 })

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pledgeline command line '))
})

afterAll(async () => {
  await endServers()
  await rm(folder, { recursive: true })
})

/** Runs a command in this process, for what needs no database. */
async function runHere(line: string): Promise<Outcome> {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const code = await run(line.split(' ').filter(Boolean))
    const [out = '', err = ''] = [stdout, stderr].map(({ mock }) => mock.calls.join(''))
    return { code, stdout: out, stderr: err }
  } finally {
    stdout.mockRestore()
    stderr.mockRestore()
  }
}

async function writeKey(name: string, { privateKey }: { privateKey: string }): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, privateKey)
  return file
}

async function ask(server: ServerProcess, query: string, token: string) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, body: (await response.json()) as { data?: object } }
}

describe('the command line', () => {
  test.each(['', ...COMMANDS])('explains itself: %s', async (command) => {
    const { code, stdout, stderr } = await runHere(`${command} --help`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: pledgeline ${command}`.trim())
  })

  test.each([
    ['', 'name a command; --help lists them'],
    ['account', 'name a command; --help lists them'],
    ['serve', "unknown command 'serve'"],
    ['account remove', "unknown command 'remove'"],
    ['start --force', "unknown option '--force'"],
    [
      'demo --pledges many',
      "option '--pledges <number>' argument 'many' is invalid. It must be a whole number.",
    ],
    ['import', "missing required argument 'file'"],
    ['account disable', "required option '--email <email>' not specified"],
    [
      'account create --email a@b.example --organizations all --permissions FLY',
      '"FLY" is not a permission; accepted are all, or',
    ],
    [
      'account create --email a@b.example --organizations x --permissions all',
      '"x" is not an organization\'s UUID; accepted is',
    ],
    [
      'account create --email nobody --organizations all --permissions all',
      '"nobody" is not an email address',
    ],
    [
      'token --email a@b.example --kid k --key /nowhere/key.pem',
      '/nowhere/key.pem cannot be read: ENOENT',
    ],
    [
      'token --email a@b.example --kid k --key package.json',
      'package.json holds no RSA private key',
    ],
    [
      'token --email a@b.example --kid k --key package.json --ttl 0',
      '--ttl must be at least 1 second',
    ],
  ])('refuses in one line: %s', async (line, problem) => {
    const { code, stdout, stderr } = await runHere(line)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pledgeline: [^\n]+\n$/)
    expect(stderr).toContain(problem)
  })

  test('signs a token as a client would, without a database', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const key = await writeKey('local.pem', { privateKey })
    const words = ['token', '--email', 'CRM@charity.example', '--kid', 'k1', '--key', key]
    const { code, stdout, stderr } = await runCommand([...words, '--ttl', '60'], {})
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(decodeProtectedHeader(stdout.trim())).toEqual({ alg: 'RS256', kid: 'k1', typ: 'JWT' })
    const { email, iss, iat, exp } = decodeJwt<{ email: string }>(stdout.trim())
    expect({ email, iss }).toEqual({ email: 'crm@charity.example', iss: 'crm@charity.example' })
    expect(exp! - iat!).toBe(60)
  })

  test('names the setting that is not accepted', async () => {
    const { code, stdout, stderr } = await runCommand(['start'], { PORT: 'http' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe('pledgeline: PORT must be a whole number from 0 to 65535\n')
  })
})

describe('the embedded database', () => {
  let settings: { readonly DATA_DIR: string }
  let key: IssuedKey
  let token: string
  let server: ServerProcess
  let link: URL

  beforeAll(() => {
    settings = { DATA_DIR: join(folder, 'data') }
  })

  test('gets an account before anything else is there', async () => {
    const words = 'account create --email crm@charity.example --organizations all --permissions all'
    const { code, stdout, stderr } = await runCommand(words.split(' '), settings)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    key = JSON.parse(stdout) as IssuedKey
    expect(Object.keys(key)).toEqual(['email', 'kid', 'privateKey'])
    const file = await writeKey('embedded.pem', key)
    const signed = ['token', '--email', key.email, '--kid', key.kid, '--key', file]
    token = (await runCommand(signed, {})).stdout.trim()
  })

  test('is filled with demo data and served, with a page that lets its visitor in', async () => {
    server = await startServer(settings)
    expect(server.log.map(({ msg }) => msg)).toContain('Loaded demo data with 200 pledges')
    const query = '{ viewer { email } pledges(first: 1) { totalCount } }'
    expect((await ask(server, query, token)).body).toEqual({
      data: { viewer: { email: key.email }, pledges: { totalCount: 200 } },
    })
    const page = await fetch(server.url, { headers: { accept: 'text/html' } })
    const [, demoToken = ''] = /Bearer ([\w.-]+)/.exec(await page.text()) ?? []
    expect((await ask(server, query, demoToken)).body).toEqual({
      data: { viewer: { email: 'demo@pledgeline.example' }, pledges: { totalCount: 200 } },
    })
  })

  test('has signatures, with links that anybody can follow', async () => {
    const { body } = await ask(server, '{ pledges(first: 12) { nodes { signatureUrl } } }', token)
    const { nodes } = (body.data as { pledges: { nodes: { signatureUrl: string | null }[] } })
      .pledges
    const urls = nodes.flatMap(({ signatureUrl }) => signatureUrl ?? [])
    expect(urls.length).toBeGreaterThan(6)
    for (const url of urls) {
      const { status, headers } = await fetch(url)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(/^(image\/png|application\/pdf|audio\/mpeg)$/)
    }
    link = new URL(urls[0]!)
    expect(link.origin).toBe(new URL(server.url).origin)
  })

  test('is in the hands of one process at a time', async () => {
    for (const words of [['start'], ['account', 'list'], ['demo'], ['import', '-']]) {
      const { code, stdout, stderr } = await runCommand(words, settings)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^pledgeline: the data folder .* is in use by process \d+; [^\n]+\n$/)
    }
    expect((await ask(server, '{ __typename }', token)).status).toBe(200)
  })

  test('is served again, as it was, after the process was killed', async () => {
    expect(await server.end('SIGKILL')).toBeNull()
    server = await startServer(settings)
    expect(server.log.map(({ msg }) => msg).join()).not.toContain('Loaded demo data')
    const { body } = await ask(server, '{ pledges(first: 1) { totalCount } }', token)
    expect(body).toEqual({ data: { pledges: { totalCount: 200 } } })
    expect((await fetch(new URL(link.pathname + link.search, server.url))).status).toBe(200)
  })

  test('is let go when the process is told to end', async () => {
    expect(await server.end('SIGTERM')).toBe(0)
    const { code, stdout } = await runCommand(['account', 'list'], settings)
    expect(code).toBe(0)
    const accounts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as IssuedKey)
    expect(accounts.map(({ email }) => email)).toEqual([key.email, 'demo@pledgeline.example'])
    expect(stdout).not.toContain('PRIVATE')
  })

  test('gets no demo data beside what it has', async () => {
    const { code, stdout, stderr } = await runCommand(['demo', '--pledges', '10'], settings)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pledgeline: [^\n]+\n$/)
  })

  test('imports a file, and says in its exit code how that ended', async () => {
    const file = join(folder, 'records.ndjson')
    await writeFile(file, `${ORGANIZATION}\n{"entity":"planet"}\n`)
    const partly = await runCommand(['import', file], settings)
    expect(partly.code).toBe(1)
    expect(partly.stdout).toBe('')
    expect(partly.stderr).toMatch(/^line 2: [^\n]+\nimported 1, unchanged 0, failed 1\n$/)
    expect(await runCommand(['import', '-'], settings, `${ORGANIZATION}\n`)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'imported 0, unchanged 1, failed 0\n',
    })
    for (const unreadable of [join(folder, 'missing.ndjson'), folder]) {
      const { code, stdout, stderr } = await runCommand(['import', unreadable], settings)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^pledgeline: .* cannot be read: [^\n]+\n$/)
    }
  })

  test('shuts accounts and keys out', async () => {
    const added = await runCommand(['account', 'add-key', '--email', key.email], settings)
    const { kid } = JSON.parse(added.stdout) as IssuedKey
    const revoked = await runCommand(['account', 'revoke-key', '--kid', kid], settings)
    expect(JSON.parse(revoked.stdout)).toMatchObject({ kid })
    const disabled = await runCommand(['account', 'disable', '--email', key.email], settings)
    expect(JSON.parse(disabled.stdout)).toMatchObject({ email: key.email })
    const unknown = await runCommand(['account', 'revoke-key', '--kid', randomUUID()], settings)
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toMatch(/^pledgeline: there is no key [^\n]+\n$/)
  })
})
