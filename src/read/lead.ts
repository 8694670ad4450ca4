import type { SQL } from 'drizzle-orm'
import type { ConnectionArguments } from './argument.ts'
import type { Compilation } from './compilation.ts'
import type { ConnectionRead, FilterField, Lead } from './field.ts'
import type { LeadValues } from './keyset.ts'

/** A filter that is given, with its bound values. */
export interface CompiledFilter {
  readonly field: FilterField
  readonly shape: string
  readonly values: readonly SQL[]
  readonly condition: SQL
}

/**
 * Chooses the indexes that find a list's rows in order, value by value: those of a filter that names
 * organizations, else those of the organization scope, else those of any other filter. None where few rows
 * match anyway, or where the list as a whole is in order already.
 */
export function chooseLeads(
  { scope }: Compilation,
  read: ConnectionRead,
  { order }: ConnectionArguments,
  filters: readonly CompiledFilter[],
): LeadValues[] | undefined {
  if (filters.some(({ field, shape }) => field.isNarrow?.(shape))) return undefined
  const serves = (lead: Lead) => lead.orders.includes(order)
  const leading = filters.flatMap(({ field: { lead }, values: [values], condition }) =>
    lead && values && serves(lead) ? [{ lead, values, isVisibility: false, condition }] : [],
  )
  const best = leading.find(({ lead }) => !lead.yieldsToScope)
  if (best) return [best]
  if (scope && read.scopeLeads?.every(serves)) {
    // What another table's index finds was visible when it was noted there: it is asked again.
    return read.scopeLeads.map((lead) => ({ lead, values: scope, isVisibility: !lead.through }))
  }
  const [other] = leading
  return other && [other]
}
