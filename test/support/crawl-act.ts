import {
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { type Foreign, FOREIGN } from './foreign.ts'

type Input = Record<string, unknown>

/** What the acts need beside what the schema says, so that the input alone is not what they refuse. */
const ALSO_NEEDED: Readonly<Record<string, Input>> = {
  createPledge: { initialDonationAmount: '7.50', initialDonationInterval: 'MONTHLY' },
  createCall: { type: 'VERIFICATION' },
  recordTransaction: { type: 'IDEAL' },
}

/** Makes inputs of a mutation of which nothing is foreign. Throws where it is not known how. */
export function baseInputs(
  name: string,
  type: GraphQLInputObjectType,
  { visible }: Foreign,
): () => Input {
  const known: Input = {
    personUuid: visible.own,
    pledgeUuid: visible.ownPledge,
    callUuid: visible.ownCall,
    transactionUuid: visible.transaction,
    organizationUuid: visible.ours,
    owningOrganizationUuid: visible.ours,
    recruitingOrganizationUuid: visible.ours,
    attemptedByUuid: visible.free,
    completedByUuid: visible.free,
    type: 'D2D',
    status: 'COLLECTED',
    amount: '7.50',
    reason: 'a reason',
    result: 'a result',
  }
  const needed = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
  for (const field of needed) {
    if (field.name in known || field.name in (ALSO_NEEDED[name] ?? {})) continue
    throw new Error(
      `${type.name}.${field.name} is needed, and the crawl for leaks has no value of ours for it: add one in test/support/crawl-act.ts`,
    )
  }
  return () => ({
    ...Object.fromEntries(needed.map((field) => [field.name, known[field.name]])),
    ...ALSO_NEEDED[name],
  })
}

/**
 * Values of an input object that name a foreign record; none where such an object names nothing. Throws for a
 * type of which nobody has said that.
 */
export function foreignNames(
  coordinate: string,
  type: GraphQLInputType,
  { foreign, visible }: Foreign,
): readonly Input[] {
  const donors = [visible.sharedDonor, ...foreign.persons]
  switch (getNamedType(type).name) {
    case 'ExternalSourceInput':
      return donors.map((uuid) => ({ name: `${FOREIGN} source`, id: `${FOREIGN} id ${uuid}` }))
    case 'CallExternalMetadataInput':
      return donors.map((uuid) => ({
        applicationName: `${FOREIGN} application`,
        referenceId: `${FOREIGN} reference ${uuid}`,
      }))
    case 'CallAttemptInput':
      return foreign.users.map((attemptedByUuid) => ({
        attemptedByUuid,
        attemptedAt: '2026-03-02T09:00:00Z',
      }))
    case 'SignatureInput':
      return []
    default:
      throw new Error(
        `${coordinate} is a ${String(type)}, and the crawl for leaks does not know how one names a foreign record: say so in test/support/crawl-act.ts`,
      )
  }
}

/** Selects whatever a mutation tells where it refuses: words, issues, what is there already, what would be allowed. */
export function actsOn(schema: GraphQLSchema, name: string): string {
  const mutation = schema.getMutationType()?.getFields()[name]
  const result = mutation && getNamedType(mutation.type)
  if (!isUnionType(result)) throw new Error(`${name} does not answer a union`)
  const parts = result.getTypes().map((type) => {
    const fields = Object.values(type.getFields()).map((field) => {
      const inner = getNamedType(field.type)
      // Of what is done nothing is compared but that it is: what it creates is another record each time.
      if (type.name.endsWith('Payload')) return '__typename'
      const key = `${type.name}_${field.name}: ${field.name}`
      if (!isObjectType(inner)) return key
      return 'uuid' in inner.getFields() ? `${key} { uuid }` : `${key} { path message }`
    })
    return `... on ${type.name} { ${fields.join(' ')} }`
  })
  return `{ __typename ${parts.join(' ')} }`
}
