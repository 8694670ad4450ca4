type Unsafe = (text: string, values?: readonly unknown[], options?: object) => unknown
type Begin = (...given: readonly unknown[]) => unknown

// What has more has many forms, such as an insertion of many rows, and Postgres would keep each of them.
const MOST_VALUES = 40

/**
 * A client of postgres.js that has Postgres keep what Drizzle sends parsed on each connection. A statement then
 * takes one round trip and not two; and between two, Postgres takes a process that stands still to be busy, and
 * leaves it the rows that it has locked for any time.
 */
export function preparing<Client extends object>(client: Client): Client {
  return new Proxy(client, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (name === 'unsafe') return preparingUnsafe(value as Unsafe)
      if (name === 'begin' || name === 'savepoint') return preparingBegin(value as Begin)
      return value
    },
  })
}

function preparingUnsafe(unsafe: Unsafe): Unsafe {
  return (text, values = [], options = {}) => {
    const prepare = values.length > 0 && values.length <= MOST_VALUES
    return unsafe(text, values, { prepare, ...options })
  }
}

/** What is done with the connection of a transaction is its last argument. */
function preparingBegin(begin: Begin): Begin {
  return (...given) => {
    const work = given.at(-1) as (client: object) => unknown
    return begin(...given.slice(0, -1), (inner: object) => work(preparing(inner)))
  }
}
