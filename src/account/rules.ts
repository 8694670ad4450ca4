import { z } from 'zod'
import { type OrganizationScope, type Permission, PERMISSIONS } from '../core/actor.ts'
import { LONGEST_LABEL } from '../core/column.ts'
import { OperatorError } from '../core/error.ts'
import { parseUuid, UUID_FORMAT } from '../core/uuid.ts'

const KNOWN_PERMISSIONS: ReadonlySet<string> = new Set(PERMISSIONS)

const emailAddress = z.email().max(LONGEST_LABEL)

/**
 * Reads the email address that names an account, and writes it in lower case: however it is spelled, it is
 * the same account. Throws an OperatorError for anything else.
 */
export function parseEmail(text: string): string {
  const email = normalizeEmail(text.trim())
  if (!emailAddress.safeParse(email).success) {
    throw new OperatorError(
      `"${text}" is not an email address of at most ${LONGEST_LABEL} characters, such as crm@charity.example`,
    )
  }
  return email
}

/** Writes an email address in the one way in which accounts are stored and compared. */
export function normalizeEmail(email: string): string {
  return email.toLowerCase()
}

/**
 * Reads "all" or a comma-separated list of permissions, and adds those that come with them.
 * Throws an OperatorError that names what is accepted.
 */
export function parsePermissions(text: string): Permission[] {
  if (text.trim() === 'all') return [...PERMISSIONS]
  const asked = listed(text)
  const unknown = asked.find((name) => !isPermission(name))
  if (unknown !== undefined || asked.length === 0) {
    throw new OperatorError(
      `${unknown === undefined ? 'no permission is named' : `"${unknown}" is not a permission`}; accepted are all, or a comma-separated list of ${PERMISSIONS.join(', ')}`,
    )
  }
  return withImplied(asked.filter(isPermission))
}

/** The permissions together with the reading that acting on pledges, on calls and on transactions brings with it. */
export function withImplied(permissions: readonly Permission[]): Permission[] {
  const granted = new Set(permissions)
  if (permissions.some((name) => name.startsWith('PLEDGES_'))) granted.add('PLEDGES_READ')
  if (permissions.some((name) => name.startsWith('CALLS_'))) granted.add('CALLS_READ')
  if (granted.has('TRANSACTIONS_RECORD')) granted.add('TRANSACTIONS_READ').add('PLEDGES_READ')
  return PERMISSIONS.filter((name) => granted.has(name))
}

/**
 * Reads "all" or a comma-separated list of organizations' UUIDs, whether or not they exist.
 * Throws an OperatorError that names what is accepted.
 */
export function parseOrganizations(text: string): OrganizationScope {
  if (text.trim() === 'all') return 'all'
  const uuids = listed(text).map((each) => {
    const uuid = parseUuid(each)
    if (uuid === undefined) {
      throw new OperatorError(`"${each}" is not an organization's UUID; accepted is ${UUID_FORMAT}`)
    }
    return uuid
  })
  if (uuids.length === 0) {
    throw new OperatorError(
      'no organization is named; accepted are all, or a comma-separated list of UUIDs',
    )
  }
  return [...new Set(uuids)]
}

function isPermission(name: string): name is Permission {
  return KNOWN_PERMISSIONS.has(name)
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
