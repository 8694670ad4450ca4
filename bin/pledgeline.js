#!/usr/bin/env node
/* global process */
import { compileIfStale, isCompiled } from './compile.js'

// Otherwise graphql checks with every value whether its classes were loaded twice.
// eslint-disable-next-line no-restricted-properties -- libraries read it while they are loaded
process.env.NODE_ENV ??= 'production'

compileIfStale()
if (isCompiled()) {
  await import('../dist/main.js')
} else {
  process.stderr.write(
    'pledgeline: it is not compiled, and there is no compiler: run `npm ci` without leaving anything out, or `npm run build` where the compiler is\n',
  )
  process.exitCode = 1
}
