import { print } from '../support/output.ts'
import type { Regression } from './regression.ts'
import { REGRESSIONS } from './regressions.ts'
import { Target } from './target.ts'
import { type Finding, Trial } from './trial.ts'

const NAME_WIDTH = 26

/** How many attacks were withstood, and how many were not. */
export interface Count {
  readonly passed: number
  readonly failed: number
}

/** Runs every regression, or those whose name contains one of the words, and prints what was measured. */
export async function runRegressions(
  names: readonly string[] = [],
  skipped: ReadonlySet<string> = new Set(),
): Promise<Count> {
  const chosen = REGRESSIONS.filter(
    ({ name }) =>
      !skipped.has(name) && (names.length === 0 || names.some((word) => name.includes(word))),
  )
  if (chosen.length === 0) {
    throw new Error(
      `No regression is named so. There are: ${REGRESSIONS.map(({ name }) => name).join(', ')}`,
    )
  }
  const target = await Target.create()
  const outcomes: {
    readonly name: string
    readonly findings: readonly Finding[]
    readonly seconds: number
  }[] = []
  try {
    for (const regression of chosen) {
      const began = performance.now()
      print(`${regression.name}\n  was:  ${regression.was}\n  must: ${regression.must}`)
      const findings = await attackBy(regression, target)
      for (const { what, holds, measured } of findings) {
        print(`  ${holds ? 'holds ' : 'FAILED'}  ${what}: ${measured}`)
      }
      outcomes.push({
        name: regression.name,
        findings,
        seconds: (performance.now() - began) / 1_000,
      })
    }
  } finally {
    await target.remove()
  }
  print('')
  for (const { name, findings, seconds } of outcomes) {
    const broken = findings.filter(({ holds }) => !holds)
    const verdict = broken.length === 0 ? 'passed' : 'FAILED'
    print(
      `${verdict}  ${name.padEnd(NAME_WIDTH)} ${String(findings.length - broken.length).padStart(3)} of ${String(findings.length).padStart(3)} hold ${seconds.toFixed(0).padStart(4)} s`,
    )
  }
  const passed = outcomes.filter(({ findings }) => findings.every(({ holds }) => holds)).length
  return { passed, failed: outcomes.length - passed }
}

async function attackBy(regression: Regression, target: Target): Promise<readonly Finding[]> {
  const trial = new Trial(target)
  try {
    await regression.attack(trial)
    // An attack that measured nothing proves nothing.
    trial.must('something was measured', trial.findings.length > 0, trial.findings.length)
  } catch (error) {
    trial.must('the attack runs to its end', false, String(error))
  }
  try {
    await trial.cleanUp()
  } catch (error) {
    trial.must('the attack leaves nothing behind', false, String(error))
  }
  return trial.findings
}
