/** What a service account may do. Acting on pledges (calls) always comes with reading them. */
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
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** The organizations whose records an account sees: these, or all of them. */
export type OrganizationScope = 'all' | readonly string[]

/** Whoever a request comes from: a service account, with what it may do and see. */
export interface Actor {
  readonly email: string
  readonly permissions: ReadonlySet<Permission>
  readonly organizations: OrganizationScope
}
