import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, removeFolder, ROOT } from '../support/folder.ts'
import { freePort, mustRun, run } from '../support/process.ts'
import type { Regression } from './regression.ts'

const RUNS_MILLISECONDS = 8_000
const DRIVER = 'postgres'

export const unpatchedDriver: Regression = {
  name: 'unpatched-driver',
  was: '`npm ci --ignore-scripts` left out the patch of the driver without a word.',
  must: '`start` ends with a line that says so.',
  async attack(trial) {
    const folder = await makeFolder('unpatched')
    trial.afterwards(() => removeFolder(folder))
    for (const name of ['bin', 'dist', 'drizzle', 'patches', 'package.json']) {
      await cp(join(ROOT, name), join(folder, name), { recursive: true })
    }
    await mkdir(join(folder, 'node_modules'))
    const modules = join(ROOT, 'node_modules')
    for (const name of await readdir(modules)) {
      // Without a compiler, as where only what runs is installed.
      if (name === DRIVER || name === 'typescript' || name.startsWith('.')) continue
      await symlink(join(modules, name), join(folder, 'node_modules', name))
    }
    await cp(join(modules, DRIVER), join(folder, 'node_modules', DRIVER), { recursive: true })
    const [patch] = (await readdir(join(folder, 'patches'))).filter((name) =>
      name.startsWith(`${DRIVER}+`),
    )
    if (patch === undefined) throw new Error(`there is no patch of ${DRIVER} any more`)
    await mustRun('git', ['apply', '--reverse', join('patches', patch)], { folder })
    const variables = {
      DATABASE_URL: trial.target.cluster.url(await trial.database()),
      PORT: String(await freePort()),
    }
    const { code, stdout, stderr } = await run(process.execPath, ['bin/pledgeline.js', 'start'], {
      variables,
      folder,
      onStart: (child) => {
        setTimeout(() => {
          child.kill('SIGKILL')
        }, RUNS_MILLISECONDS)
      },
    })
    const last = `${stdout}${stderr}`.trim().split('\n').at(-1) ?? ''
    trial.must(
      'it does not start, and says why',
      code !== null && code !== 0 && /patch|npm/.test(last),
      code === null ? `it serves: ${last.slice(0, 120)}` : `${String(code)}: ${last.slice(0, 200)}`,
    )
  },
}
