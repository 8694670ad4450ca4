const SWEEPS = 5_000

/** The middle of some values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** Spearman's rank correlation: 1 where the greater always has the greater, and 0 where nothing goes together. */
export function rankCorrelation(ones: readonly number[], others: readonly number[]): number {
  return correlation(ranksOf(ones), ranksOf(others))
}

/**
 * The weights with which the counts of each row add up to its value, none of them below 0. What is made small is the
 * sum of the squares of the errors, each divided by the row's scale: otherwise, the few largest rows would decide.
 */
export function fit(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  scales: readonly number[],
): number[] {
  const size = rows[0]?.length ?? 0
  const scaled = rows.map((row, nth) => row.map((count) => count / at(scales, nth)))
  const products = Array.from({ length: size }, (_, one) =>
    Array.from({ length: size }, (__, other) =>
      sumOf(scaled.map((row) => at(row, one) * at(row, other))),
    ),
  )
  const targets = Array.from({ length: size }, (_, one) =>
    sumOf(scaled.map((row, nth) => (at(row, one) * at(values, nth)) / at(scales, nth))),
  )
  const weights = Array.from({ length: size }, () => 0)
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const [one, row] of products.entries()) {
      const own = at(row, one)
      if (own === 0) continue
      const others = sumOf(
        row.map((product, nth) => (nth === one ? 0 : product * at(weights, nth))),
      )
      weights[one] = Math.max(0, (at(targets, one) - others) / own)
    }
  }
  return weights
}

/** Ranks from 1 up; values that are equal share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((one, other) => at(values, one) - at(values, other))
  const ranks = Array.from({ length: values.length }, () => 0)
  for (let from = 0; from < order.length;) {
    let to = from + 1
    while (to < order.length && at(values, at(order, to)) === at(values, at(order, from))) to += 1
    for (const place of order.slice(from, to)) ranks[place] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}

function correlation(ones: readonly number[], others: readonly number[]): number {
  const fromMean = (values: readonly number[]) => {
    const mean = sumOf(values) / values.length
    return values.map((value) => value - mean)
  }
  const one = fromMean(ones)
  const other = fromMean(others)
  const product = (left: readonly number[], right: readonly number[]) =>
    sumOf(left.map((value, nth) => value * at(right, nth)))
  return product(one, other) / Math.sqrt(product(one, one) * product(other, other))
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function at(values: readonly number[], place: number): number {
  return values[place] ?? Number.NaN
}
