/** The header in which a peer without accounts is told whose records to answer: organizations' UUIDs. */
export const SCOPE_HEADER = 'x-organizations'

/** What a peer's process is started with. */
export interface PeerSettings {
  readonly databaseUrl: string
  readonly poolSize: number
  readonly port: number
}

export function readPeerSettings(): PeerSettings {
  return {
    databaseUrl: required('DATABASE_URL'),
    poolSize: Number(required('DATABASE_POOL_SIZE')),
    port: Number(required('PORT')),
  }
}

/** The environment of a process that is started: this one's, with some variables set. */
export function environmentWith(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...variables }
}

/** Throws an Error that says which variable is missing. */
export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} must be set`)
  return value
}
