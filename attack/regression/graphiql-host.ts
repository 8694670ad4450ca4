import { join } from 'node:path'
import { makeFolder, removeFolder } from '../support/folder.ts'
import { Gateway } from '../support/gateway.ts'
import type { Regression } from './regression.ts'
import { send } from './request.ts'

const TOKEN = /Bearer [\w-]+\.[\w-]+\.[\w-]+/

export const graphiqlHost: Regression = {
  name: 'graphiql-host',
  was: 'The page gave its token to whatever host it was asked as, so that a foreign site could take it by rebinding its name.',
  must: 'Only loopback names are given a token.',
  async attack(trial) {
    const folder = await makeFolder('graphiql')
    trial.afterwards(() => removeFolder(folder))
    const gateway = await Gateway.start('graphiql', { DATA_DIR: join(folder, 'data') })
    trial.afterwards(() => gateway.end('SIGKILL'))
    const { port } = new URL(gateway.url)
    for (const [host, isTrusted] of [
      [`localhost:${port}`, true],
      [`127.0.0.1:${port}`, true],
      ['evil.example', false],
      [`evil.example:${port}`, false],
      ['localhost.evil.example', false],
      ['127.0.0.1.evil.example', false],
    ] as const) {
      const headers = { host, accept: 'text/html' }
      const reply = await send(gateway.graphqlUrl, { headers })
      const hasToken = TOKEN.test(reply.text)
      trial.must(
        `${host} is ${isTrusted ? '' : 'not '}given a token`,
        hasToken === isTrusted && reply.status !== 0,
        `HTTP ${reply.status}, ${hasToken ? 'a token' : 'none'}`,
      )
    }
  },
}
