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

/**
 * The permissions that reading can need. The read planner keeps one statement for each set of them that an account
 * has. If a table needed a permission that is not in this list, accounts with and without that permission would share
 * a statement, so the types of everything that is read accept only these.
 */
export const READ_PERMISSIONS = [
  'PLEDGES_READ',
  'CALLS_READ',
  'PERSONS_READ',
  'TRANSACTIONS_READ',
] as const satisfies readonly Permission[]

export type ReadPermission = (typeof READ_PERMISSIONS)[number]

/** The permissions of an account, of which only those for reading can be asked. */
export interface ReadPermissions {
  has(permission: ReadPermission): boolean
}

/** A permission that reading something needs, or several permissions of which each is enough. */
export type ReadNeed = ReadPermission | readonly ReadPermission[]

/** Whether an account with these permissions may read what needs the given one; without a need, every account may. */
export function meets(permissions: ReadPermissions, need: ReadNeed | undefined): boolean {
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
