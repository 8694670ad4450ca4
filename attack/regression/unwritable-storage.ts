import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeFolder, removeFolder } from '../support/folder.ts'
import type { Regression } from './regression.ts'
import { send } from './request.ts'

export const unwritableStorage: Regression = {
  name: 'unwritable-storage',
  was: 'A folder for signatures that cannot be written showed at the first signature only.',
  must: 'The gateway does not start with it, or is not ready, or warns in its log at once.',
  async attack(trial) {
    const folder = await makeFolder('unwritable')
    trial.afterwards(() => removeFolder(folder))
    // Whoever runs as root may write everywhere, but not below a file.
    await writeFile(join(folder, 'file'), '')
    const url = pathToFileURL(join(folder, 'file', 'signatures')).href
    let outcome: string
    let isTold: boolean
    try {
      const gateway = await trial.gateway({ STORAGE_URL: url })
      const { status } = await send(`${gateway.url}/health/ready`)
      const alarm = gateway.log.find((line) =>
        /"level":(?:[456]0|"(?:warn|error|fatal)")/.test(line),
      )
      isTold = status === 503 || alarm !== undefined
      outcome = `HTTP ${status}; ${alarm?.slice(0, 160) ?? 'nothing in the log'}`
    } catch (error) {
      isTold = true
      outcome = String(error).slice(0, 200)
    }
    trial.must('it is told at the start', isTold, outcome)
  },
}
