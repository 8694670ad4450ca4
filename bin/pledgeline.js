#!/usr/bin/env node
import { compileIfStale } from './compile.js'

compileIfStale()
await import('../dist/main.js')
