import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './folder.ts'
import { mustRun, type Outcome, run, type Variables } from './process.ts'

/** The program as an operator runs it. */
export const ENTRY = join(ROOT, 'bin/pledgeline.js')

export interface CommandOptions {
  readonly variables: Variables
  readonly input?: string
  readonly onStart?: (child: ChildProcess) => void
}

/** Builds the program from what is in the project's folder now, so that it is that which is attacked. */
export async function build(): Promise<void> {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  await mustRun(
    process.execPath,
    [compiler, '-b', join(ROOT, 'tsconfig.build.json'), '--noCheck'],
    { folder: ROOT },
  )
}

/** Runs a command of the program to its end, whatever its end is. */
export function runCommand(words: readonly string[], options: CommandOptions): Promise<Outcome> {
  return run(process.execPath, [ENTRY, ...words], options)
}

/** Runs a command of the program and answers what it printed. Throws where it fails. */
export function mustRunCommand(words: readonly string[], options: CommandOptions): Promise<string> {
  return mustRun(process.execPath, [ENTRY, ...words], options)
}
