/* global process */
import { compileIfStale, isCompiled } from './compile.js'

compileIfStale()
if (isCompiled()) {
  const { keepFreshCluster } = await import('../dist/db/fresh-cluster.js')
  try {
    await keepFreshCluster()
  } catch (error) {
    process.stderr.write(`The first start will take longer: ${String(error)}\n`)
  }
}
