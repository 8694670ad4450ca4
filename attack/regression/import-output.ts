import { runCommand } from '../support/command.ts'
import type { Regression } from './regression.ts'

const KEYS = 60_000
const MOST_BYTES = 65_536
const ESCAPE = String.fromCharCode(27)

export const importOutput: Regression = {
  name: 'import-output',
  was: 'The import printed unknown keys as they came: escape sequences, forged summaries, and 19 MB of complaints about 1.7 MB.',
  must: 'It prints no control characters and no line that is not its own, and only so much about each line.',
  async attack(trial) {
    const variables = { DATABASE_URL: trial.target.cluster.url(await trial.database()) }
    const importLines = (...lines: object[]) =>
      runCommand(['import', '-'], {
        variables,
        input: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      })
    const forged = 'imported 99, unchanged 0, failed 0'
    const { stderr } = await importLines({
      entity: 'organization',
      uuid: '0a4e5c1e-6f0c-4a52-9a53-2f6b9d6f2a11',
      name: 'x',
      [`${ESCAPE}[2J${ESCAPE}]0;title\u0007`]: 1,
      [`key\n${forged}\r${forged}\u2028\u009b31m`]: 1,
    })
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/.exec(stderr)
    trial.must(
      'no control character is printed',
      control === null,
      JSON.stringify(control?.[0] ?? ''),
    )
    const lines = stderr.split('\n')
    const hasForged = lines.some((line) => line.startsWith(forged))
    trial.must('no summary is forged', !hasForged, JSON.stringify(stderr.slice(0, 160)))
    const unknown = Object.fromEntries(
      Array.from({ length: KEYS }, (_, index) => [`unknown key number ${index}`, 1]),
    )
    const large = await importLines({ entity: 'organization', ...unknown })
    trial.must(
      `${KEYS} unknown keys are told in ${MOST_BYTES} bytes`,
      large.stderr.length <= MOST_BYTES && large.code === 1,
      `${large.stderr.length} bytes, exit code ${String(large.code)}`,
    )
    const many = await importLines(
      ...Array.from({ length: 50 }, () => ({ entity: 'x'.repeat(30_000), key: 'y'.repeat(4_000) })),
    )
    trial.must(
      'long values are not repeated',
      many.stderr.length <= MOST_BYTES,
      `${many.stderr.length} bytes`,
    )
  },
}
