import type { RoundResult } from './message.ts'
import type { Operation } from './operation.ts'
import type { PeerName } from './peer.ts'
import type { Series } from './subject.ts'

/** What the rounds of one operation in one series came to: a result of each peer in each round. */
export interface Measurement {
  readonly operation: Operation
  readonly series: Series
  readonly rounds: readonly ReadonlyMap<PeerName, RoundResult>[]
}

const COMPARED = ['Pledgeline', 'plugin-drizzle'] as const satisfies PeerName[]

/** Writes the table in Markdown. A ratio is the median of the rounds' own ratios to the limit. */
export function reportTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => {
    const { operation, series } = measurement
    return [
      operation.title,
      series.title,
      perSecond(measurement, 'limit'),
      ...COMPARED.flatMap((name) => [
        perSecond(measurement, name),
        ratioTo(measurement, name).toFixed(2),
      ]),
      operation.floor.toFixed(2),
    ]
  })
  const heading = [
    'operation',
    'account sees',
    'limit, req/s (p99)',
    ...COMPARED.flatMap((name) => [`${name}, req/s (p99)`, 'ratio']),
    'floor',
  ]
  return [heading, heading.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** The operations in which Pledgeline is below its floor. */
export function belowFloor(measurements: readonly Measurement[]): Measurement[] {
  return measurements.filter(
    (measurement) => !(ratioTo(measurement, 'Pledgeline') >= measurement.operation.floor),
  )
}

function perSecond({ rounds }: Measurement, name: PeerName): string {
  const results = rounds.flatMap((round) => round.get(name) ?? [])
  const requests = median(results.map(({ requestsPerSecond }) => requestsPerSecond))
  const p99 = median(results.map(({ p99Milliseconds }) => p99Milliseconds))
  return `${requests.toFixed(0)} (${p99.toFixed(0)} ms)`
}

function ratioTo({ rounds }: Measurement, name: PeerName): number {
  return median(
    rounds.map(
      (round) =>
        (round.get(name)?.requestsPerSecond ?? Number.NaN) /
        (round.get('limit')?.requestsPerSecond ?? Number.NaN),
    ),
  )
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
