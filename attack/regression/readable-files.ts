import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, removeFolder } from '../support/folder.ts'
import { Gateway } from '../support/gateway.ts'
import type { Regression } from './regression.ts'
import { post } from './request.ts'

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
const MODE_BITS = 0o777
// The smallest image there is.
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export const readableFiles: Regression = {
  name: 'readable-files',
  was: 'Stored signatures, and the embedded database with the secret of links, could be read by everybody on the machine.',
  must: 'Folders are 0700 and files 0600, whatever the umask is.',
  async attack(trial) {
    const files = await makeFolder('signatures')
    trial.afterwards(() => removeFolder(files))
    const gateway = await trial.gateway({ DATA_DIR: join(files, 'data') })
    const { organization, person } = trial.tenant(0)
    const reply = await post(gateway.graphqlUrl, trial.attacker, {
      query: `mutation { createPledge(input: { personUuid: "${person}", owningOrganizationUuid: "${organization}", recruitingOrganizationUuid: "${organization}", type: D2D, initialDonationAmount: "5.00", initialDonationInterval: MONTHLY, signature: { contentType: "image/png", base64: "${PNG}" } }) { __typename } }`,
    })
    trial.must(
      'a signature is stored',
      reply.text.includes('CreatePledgePayload'),
      reply.text.slice(0, 160),
    )
    const readable = await openOnes(join(files, 'data'))
    trial.must(
      'signatures',
      readable.length === 0,
      readable.slice(0, 3).join(', ') || 'none is open',
    )
    const embedded = await makeFolder('embedded')
    trial.afterwards(() => removeFolder(embedded))
    const own = await Gateway.start('embedded', { DATA_DIR: join(embedded, 'data') })
    trial.afterwards(() => own.end('SIGKILL'))
    const open = await openOnes(join(embedded, 'data'))
    trial.must(
      'the embedded database',
      open.length === 0,
      open.slice(0, 3).join(', ') || 'none is open',
    )
  },
}

/** What others may read: a folder that nobody else may enter hides whatever is in it. */
async function openOnes(folder: string): Promise<string[]> {
  const { mode } = await stat(folder)
  if ((mode & MODE_BITS) === FOLDER_MODE) return []
  const open = [`${folder} ${(mode & MODE_BITS).toString(8)}`]
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      open.push(...(await openOnes(path)))
      continue
    }
    const found = (await stat(path)).mode & MODE_BITS
    if (found !== FILE_MODE) open.push(`${path} ${found.toString(8)}`)
  }
  return open
}
