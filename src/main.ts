import { run } from './cli/program.ts'

// What this process writes is for nobody else on the machine: signatures, and the embedded database.
process.umask(0o077)

// Whoever reads only the first lines of the output has closed the rest.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await run(process.argv.slice(2))
