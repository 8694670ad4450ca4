/** Tells how many items the value of a variable asks for; undefined where the variable has no value. */
export type ItemsOf = (variable: string) => number | undefined

/** How many items a list has: a number, or what the variables say. */
export type Size = number | ((itemsOf: ItemsOf) => number)

/** A cost that depends on the values of variables. */
interface OpenTerm {
  readonly fixed: number
  readonly factors: readonly { readonly size: Size; readonly term: CostTerm }[]
}

/** The cost of a selection: a number, or a sum that the values of variables make a number of. */
export type CostTerm = number | OpenTerm

/** The sum of some costs. */
export function sum(terms: readonly CostTerm[]): CostTerm {
  let fixed = 0
  const factors: { size: Size; term: CostTerm }[] = []
  for (const term of terms) {
    if (typeof term === 'number') fixed += term
    else factors.push({ size: 1, term })
  }
  return factors.length === 0 ? fixed : { fixed, factors }
}

/** The cost of so many items. */
export function times(size: Size, term: CostTerm): CostTerm {
  if (term === 0) return 0
  if (typeof size === 'number' && typeof term === 'number') return size * term
  return { fixed: 0, factors: [{ size, term }] }
}

/** The cost for the values of the variables. Each term is evaluated once, however often fragments repeat the term. */
export function evaluate(term: CostTerm, itemsOf: ItemsOf): number {
  if (typeof term === 'number') return term
  const known = new Map<OpenTerm, number>()
  const evaluateTerm = (each: CostTerm): number => {
    if (typeof each === 'number') return each
    const value = known.get(each)
    if (value !== undefined) return value
    let total = each.fixed
    for (const { size, term: part } of each.factors) {
      total += (typeof size === 'number' ? size : size(itemsOf)) * evaluateTerm(part)
    }
    known.set(each, total)
    return total
  }
  return evaluateTerm(term)
}
