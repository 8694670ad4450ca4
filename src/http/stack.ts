/** Runs what follows the nesting of an operation; one that nests too deeply exhausts the stack. */
export function withinStack<Result>(act: () => Result, onExhausted: () => Result): Result {
  try {
    return act()
  } catch (error) {
    if (error instanceof RangeError) return onExhausted()
    throw error
  }
}
