/** One thing that is wrong with an input: where, and what is accepted there. */
export interface Issue {
  readonly path: readonly string[]
  readonly message: string
}

/** An operator's mistake or misfortune, told in one line without a stack. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}
