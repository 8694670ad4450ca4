#!/usr/bin/env node
/* global process */
import { compileIfStale } from './compile.js'

// Otherwise graphql checks with every value whether its classes were loaded twice.
// eslint-disable-next-line no-restricted-properties -- libraries read it while they are loaded
process.env.NODE_ENV ??= 'production'

compileIfStale()
await import('../dist/main.js')
