import type { Measured } from './measurement.ts'
import type { Other } from './other.ts'
import type { Kind } from './priced-schema.ts'
import { fit, median, rankCorrelation } from './statistics.ts'

const GROUPS = 10
const FARTHEST = 5
const SHOWN_CHARACTERS = 400

/** How well cost and time go together. */
export function correlationReport(measured: readonly Measured[]): string {
  const times = measured.map(({ microseconds }) => microseconds)
  const byPages = rankCorrelation(
    measured.map(({ cost }) => cost),
    times,
  )
  const byAnswer = rankCorrelation(
    measured.map(({ answered }) => answered.cost),
    times,
  )
  const half = (parity: number) =>
    measured.map(({ rounds }) => median(rounds.filter((_, nth) => nth % 2 === parity)))
  const withItself = rankCorrelation(half(0), half(1))
  return [
    `Rank correlation (Spearman) of the time with the cost: ${byPages.toFixed(3)}.`,
    `With the same weights over the rows that were answered: ${byAnswer.toFixed(3)}.`,
    `Of the time with itself, in every other round: ${withItself.toFixed(3)}. Noise is the rest.`,
  ].join('\n')
}

/** The operations in ten groups of equal size, from the cheapest to the most expensive. */
export function decileTable(measured: readonly Measured[]): string {
  const sorted = [...measured].sort((one, other) => one.cost - other.cost)
  const rows = Array.from({ length: GROUPS }, (_, nth) => {
    const from = Math.floor((nth * sorted.length) / GROUPS)
    const group = sorted.slice(from, Math.floor(((nth + 1) * sorted.length) / GROUPS))
    const times = group.map(({ microseconds }) => microseconds)
    return [
      `${String(group[0]?.cost)} – ${String(group.at(-1)?.cost)}`,
      milliseconds(median(times)),
      milliseconds(Math.max(...times)),
      milliseconds(median(group.map(({ time }) => time.postgres))),
      (median(times) / median(group.map(({ cost }) => cost))).toFixed(2),
    ]
  })
  return table(
    ['cost', 'time, ms (median)', 'time, ms (most)', 'of Postgres (median)', 'µs per unit'],
    rows,
  )
}

/** How many microseconds each kind of field takes, by all operations together. */
export function fittedTable(measured: readonly Measured[]): string {
  const kinds = [...new Set(measured.flatMap(({ answered }) => [...answered.counts.keys()]))].sort()
  const counts = (each: Measured, kind: Kind) => each.answered.counts.get(kind) ?? 0
  const rows = measured.map((each) => [1, ...kinds.map((kind) => counts(each, kind))])
  const times = measured.map(({ microseconds }) => microseconds)
  const ofPostgres = measured.map(({ time }) => time.postgres)
  const fits = [fit(rows, times, times), fit(rows, ofPostgres, times)]
  const named = ['request', ...kinds].map((kind, nth) => [
    kind,
    ...fits.map((weights) => (weights[nth] ?? Number.NaN).toFixed(2)),
  ])
  return table(['what is answered', 'µs', 'µs of Postgres'], named)
}

/** What other operations cost and take. */
export function otherTable(others: readonly Other[]): string {
  return table(
    ['operation', 'cost', 'gateway, ms', 'Postgres, ms', 'until answered, ms', 'µs per unit'],
    others.map(({ title, cost, time }) => [
      title,
      String(cost),
      milliseconds(time.gateway),
      milliseconds(time.postgres),
      milliseconds(time.elapsed),
      ((time.gateway + time.postgres) / cost).toFixed(2),
    ]),
  )
}

/** The operations that take longest for their cost, and those that cost most for their time. */
export function farthestReport(measured: readonly Measured[]): string {
  const perUnit = ({ microseconds, cost }: Measured) => microseconds / cost
  const sorted = [...measured].sort((one, other) => perUnit(other) - perUnit(one))
  const slowest = [...measured].sort((one, other) => other.microseconds - one.microseconds)
  return [
    'Most time for their cost:',
    ...sorted.slice(0, FARTHEST).map(line),
    'Most cost for their time:',
    ...sorted.slice(-FARTHEST).reverse().map(line),
    'Most time:',
    ...slowest.slice(0, FARTHEST).map(line),
  ].join('\n')
}

function line({ operation, cost, answered, time }: Measured): string {
  const figures = `  cost ${String(cost)} (answered ${String(answered.cost)}), gateway ${milliseconds(time.gateway)} ms, Postgres ${milliseconds(time.postgres)} ms`
  const { query, variables } = operation
  const text = `${query.replaceAll(/\s+/g, ' ')} ${JSON.stringify(variables)}`
  return `${figures}\n    ${text.slice(0, SHOWN_CHARACTERS)}`
}

function milliseconds(microseconds: number): string {
  return (microseconds / 1_000).toFixed(2)
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
