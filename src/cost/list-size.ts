import { type FieldNode, Kind, type ValueNode } from 'graphql'
import { LARGEST_PAGE_SIZE } from '../read/argument.ts'
import type { Size } from './cost-term.ts'
import type { ListSize } from './field-cost.ts'

/**
 * How many items a field's list has at the most, by its arguments. More than the largest page counts as the largest
 * page, because the field refuses such an argument.
 */
export function sizeOfList(list: ListSize, { arguments: given = [] }: FieldNode): Size {
  const numbers: number[] = []
  const variables: string[] = []
  for (const { name, value } of given) {
    if (!list.slicingArguments.includes(name.value)) continue
    if (value.kind === Kind.VARIABLE) {
      variables.push(value.name.value)
    } else {
      const items = itemsInLiteral(value)
      if (items !== undefined) numbers.push(items)
    }
  }
  if (variables.length === 0) return smallest(numbers, list.assumedSize)
  return (itemsOf) => {
    const asked = variables.map(itemsOf).filter((items) => items !== undefined)
    return smallest([...numbers, ...asked], list.assumedSize)
  }
}

/** How many items a variable's value asks for, as it came or by its default; undefined where it says nothing. */
export function itemsInValue(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) return value.length
  // Any other value is refused as no number, so that the largest page is a safe guess.
  return typeof value === 'number' ? value : LARGEST_PAGE_SIZE
}

/** How many items a literal asks for; undefined for null. */
export function itemsInLiteral(value: ValueNode): number | undefined {
  switch (value.kind) {
    case Kind.NULL:
      return undefined
    case Kind.INT:
      return Number(value.value)
    case Kind.LIST:
      return value.values.length
    default:
      return LARGEST_PAGE_SIZE
  }
}

function smallest(asked: readonly number[], assumedSize: number): number {
  const size = asked.length === 0 ? assumedSize : Math.min(...asked)
  return Math.min(Math.max(size, 0), LARGEST_PAGE_SIZE)
}
