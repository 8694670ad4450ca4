import { deepStrictEqual } from 'node:assert'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createDatabase, withDatabase } from './support/postgres.ts'
import { type Block, readBlocks } from './support/markdown.ts'
import { Shell } from './support/shell.ts'

// Runs every command of the README of a clean copy, in order and in one shell, as a reader does.
// Arguments: the copy's folder, the URL of a Postgres server, and the file for 'PASSED FAILED'.

const README_URL = 'http://localhost:4000'
const README_DATABASE_URL = 'postgres://pledgeline:secret@localhost:5432/pledgeline'
const DATABASE_NAME = 'pledgeline_readme'
// The command may install everything first.
const START_TIMEOUT_SECONDS = 300

const [folder, serverUrl, countsFile] = process.argv.slice(2)
if (!folder || !serverUrl || !countsFile) throw new Error('missing argument')

await createDatabase(serverUrl, DATABASE_NAME)
const port = await findFreePort()
const shell = new Shell(folder, { PORT: String(port) })
const counts = { passed: 0, failed: 0 }
let output = ''

for (const block of readBlocks(readFileSync(join(folder, 'README.md'), 'utf8'))) {
  const began = Date.now()
  const problem = await follow(block)
  if (problem === undefined) counts.passed += 1
  else counts.failed += 1
  const outcome = problem === undefined ? 'passed' : 'FAILED'
  const seconds = Math.round((Date.now() - began) / 1000)
  print(`${outcome}  line ${block.line}: ${block.text.split('\n')[0]} (${seconds} s)`)
  if (problem !== undefined) print(problem)
}
await shell.close()
writeFileSync(countsFile, `${counts.passed} ${counts.failed}`)
process.exitCode = counts.failed === 0 ? 0 : 1

/** Does what a block says; answers what is wrong, or undefined. */
async function follow({ role, text }: Block): Promise<string | undefined> {
  const command = text
    .replaceAll(README_URL, `http://localhost:${port}`)
    .replaceAll(README_DATABASE_URL, withDatabase(serverUrl!, DATABASE_NAME))
  switch (role) {
    case 'run': {
      const result = await shell.run(command)
      output = result.output
      return result.code === 0 ? undefined : `exit code ${result.code}: ${result.output}`
    }
    case 'server':
      await shell.startServer(command)
      return (await isReady()) ? undefined : `the server is not ready: ${shell.serverLog()}`
    case 'stop': {
      const code = await shell.stopServer()
      return code === 0 ? undefined : `the server ended with exit code ${code}`
    }
    case 'answer':
      try {
        deepStrictEqual(JSON.parse(output), JSON.parse(text))
        return undefined
      } catch (error) {
        return `another answer: ${String(error)}\n${output}`
      }
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function isReady(): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_SECONDS * 1000
  while (Date.now() < deadline && (await shell.isServerRunning())) {
    const response = await fetch(`http://localhost:${port}/health/ready`).catch(() => undefined)
    if (response?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
