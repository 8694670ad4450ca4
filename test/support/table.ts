import { readSourceFiles } from './imports.ts'

/** Everything that the table files declare, as drizzle-kit reads it. */
export async function readTables(): Promise<Record<string, unknown>> {
  const files = readSourceFiles('src').filter(({ path }) => path.endsWith('/table.ts'))
  const modules = await Promise.all(
    files.map(
      ({ path }) => import(/* @vite-ignore */ `../../${path}`) as Promise<Record<string, unknown>>,
    ),
  )
  return Object.assign({}, ...modules) as Record<string, unknown>
}
