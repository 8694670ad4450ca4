/** Answers what a promise answers, and rejects with the given error where that takes longer. */
export async function settledWithin<Value>(
  milliseconds: number,
  promise: Promise<Value>,
  lateError: () => Error,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(lateError())
    }, milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
