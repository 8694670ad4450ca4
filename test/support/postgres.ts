import postgres from 'postgres'

/** Creates a database on the server: empty, or as a copy of a template that nobody is connected to. */
export async function createDatabase(
  serverUrl: string,
  name: string,
  template = 'template1',
): Promise<void> {
  await onServer(serverUrl, async (server) => {
    await server`create database ${server(name)} template ${server(template)}`
  })
}

/** Drops every database whose name starts with the prefix, whoever is connected to it. */
export async function dropDatabases(serverUrl: string, prefix: string): Promise<void> {
  await onServer(serverUrl, async (server) => {
    const databases = await server<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, ${prefix})`
    for (const { name } of databases) await server`drop database ${server(name)} with (force)`
  })
}

/** The URL of another database on the same server. */
export function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function onServer(
  serverUrl: string,
  act: (server: postgres.Sql) => Promise<void>,
): Promise<void> {
  const server = postgres(serverUrl, { max: 1, fetch_types: false, onnotice: () => undefined })
  try {
    await act(server)
  } finally {
    await server.end()
  }
}
