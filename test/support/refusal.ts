/** The names by which the two drivers tell which constraint a write broke. */
interface DriverError {
  readonly constraint?: string
  readonly constraint_name?: string
}

/** Waits for a write to be refused by the database, and answers by which constraint or with which message. */
export async function refusalOf(write: Promise<unknown>): Promise<string> {
  try {
    await write
  } catch (error) {
    let cause = error as Error
    while (cause.cause instanceof Error) cause = cause.cause
    const { constraint, constraint_name } = cause as DriverError
    return constraint ?? constraint_name ?? cause.message
  }
  return 'nothing refused it'
}
