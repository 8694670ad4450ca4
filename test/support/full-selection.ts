import {
  getNamedType,
  type GraphQLNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { schema } from '../../src/schema.ts'

/** Selects every field of a type, of whatever they lead to, and so on for some more levels. */
export function fullSelection(type: GraphQLNamedType, levels: number, prefix = ''): string {
  if (isInterfaceType(type)) {
    const types = schema.getPossibleTypes(type).map((each) => {
      // Fields of other types may be other values: each has a key of its own.
      return `... on ${each.name} ${fullSelection(each, levels, `${each.name}_`)}`
    })
    return `{ ${types.join(' ')} }`
  }
  if (!isObjectType(type)) return ''
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const key = prefix === '' ? field.name : `${prefix}${field.name}: ${field.name}`
    const named = getNamedType(field.type)
    if (!isCompositeType(named)) return key
    return levels > 0 ? `${key} ${fullSelection(named, levels - 1)}` : []
  })
  return `{ ${['__typename', ...fields].join(' ')} }`
}
