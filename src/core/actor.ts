/** What a service account may do. Acting on pledges (calls, transactions) always comes with reading them. */
export const PERMISSIONS = [
  'PLEDGES_READ',
  'PLEDGES_CREATE',
  'PLEDGES_UPDATE',
  'PLEDGES_RELEASE',
  'PLEDGES_ACTIVATE',
  'PLEDGES_DROP',
  'PLEDGES_CANCEL',
  'PLEDGES_FULFILL',
  'CALLS_READ',
  'CALLS_CREATE',
  'CALLS_ATTEMPT',
  'CALLS_COMPLETE',
  'CALLS_CANCEL',
  'CALLS_EXPIRE',
  'PERSONS_READ',
  'TRANSACTIONS_READ',
  'TRANSACTIONS_RECORD',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** A permission that something needs, or several of which each is enough. */
export type Need = Permission | readonly Permission[]

/** Whether permissions meet a need; they meet none at all. */
export function meets(permissions: ReadonlySet<Permission>, need: Need | undefined): boolean {
  if (need === undefined) return true
  return typeof need === 'string'
    ? permissions.has(need)
    : need.some((permission) => permissions.has(permission))
}

/** The organizations whose records an account sees: these, or all of them. */
export type OrganizationScope = 'all' | readonly string[]

/** Whoever a request comes from: a service account, with what it may do and see. */
export interface Actor {
  readonly email: string
  readonly permissions: ReadonlySet<Permission>
  readonly organizations: OrganizationScope
}
