import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')

test('a developer gets the oldest Node that is supported, so that functions of newer ones are noticed', () => {
  const { engines, devDependencies } = JSON.parse(read('package.json')) as {
    engines: { node: string }
    devDependencies: Record<string, string>
  }
  const oldest = read('.nvmrc').trim()
  const [major] = oldest.split('.')
  expect(engines.node).toBe(`>=${oldest}`)
  expect(devDependencies['@types/node']).toMatch(new RegExp(`^${oldest}\\.`))
  const { image } = JSON.parse(read('.devcontainer/devcontainer.json')) as { image: string }
  expect(image).toMatch(new RegExp(`^node:${major}-`))
})
