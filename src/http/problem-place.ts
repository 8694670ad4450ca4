import { GraphQLError } from 'graphql'

/**
 * The errors with each problem told once: what is the same at several places of lists, such as a permission that
 * is missing for each row, is one error with the first place and, as `extensions.count`, the number of places.
 */
export function onePerProblem(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const problems = new Map<string, { readonly first: GraphQLError; count: number }>()
  for (const error of errors) {
    const key = problemOf(error)
    const known = problems.get(key)
    if (known) known.count += 1
    else problems.set(key, { first: error, count: 1 })
  }
  return [...problems.values()].map(({ first, count }) =>
    isInList(first) ? counted(first, count) : first,
  )
}

/** What two errors have in common that are about one thing. */
function problemOf({ message, path, extensions }: GraphQLError): string {
  const keys = path?.filter((key) => typeof key === 'string')
  return JSON.stringify([extensions['code'], message, keys])
}

function isInList({ path }: GraphQLError): boolean {
  return path?.some((key) => typeof key === 'number') ?? false
}

function counted(error: GraphQLError, count: number): GraphQLError {
  const { message, nodes, source, positions, path, originalError, extensions } = error
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    ...(source && { source }),
    ...(positions && { positions }),
    ...(path && { path }),
    ...(originalError && { originalError }),
    extensions: { ...extensions, count },
  })
}
