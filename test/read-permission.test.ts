import { isObjectType, parse } from 'graphql'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type Actor, READ_PERMISSIONS, type ReadPermission } from '../src/core/actor.ts'
import type { Source } from '../src/core/source.ts'
import { schema } from '../src/schema.ts'
import type { FilterField } from '../src/read/field.ts'
import { type FieldRead, READ } from '../src/read/field.ts'
import { permissionToRead } from '../src/read/compilation.ts'
import { planFor } from '../src/read/plan.ts'
import { readOf, rootFields } from '../src/read/selection.ts'

describe('what reading can need', () => {
  test('is in the list by which the planner tells statements apart, or does not compile', () => {
    type Permissions = Parameters<NonNullable<Source['isReadable']>>[1]
    expectTypeOf<Source['permission']>().toEqualTypeOf<
      ReadPermission | readonly ReadPermission[] | undefined
    >()
    expectTypeOf<Parameters<Permissions['has']>>().toEqualTypeOf<[permission: ReadPermission]>()
    expectTypeOf<FilterField['permission']>().toEqualTypeOf<ReadPermission | undefined>()
    const needs = new Set(
      Object.values(schema.getTypeMap())
        .filter(isObjectType)
        .flatMap((type) => Object.values(type.getFields()))
        .flatMap(({ extensions }) => (extensions[READ] as FieldRead | undefined) ?? [])
        .flatMap((read) => permissionToRead(read) ?? []),
    )
    expect(needs).toEqual(new Set(READ_PERMISSIONS))
  })

  test('makes a statement of its own for each set of permissions', () => {
    const document = parse(
      '{ changes { nodes { pledge { person { lastName } } call { status } } } }',
    )
    const operation = {
      schema,
      operation: document.definitions[0] as never,
      fragments: {},
      variables: {},
    }
    const [field] = rootFields(operation)
    const planOf = (permissions: readonly ReadPermission[]) => {
      const actor: Actor = { email: '', permissions: new Set(permissions), organizations: 'all' }
      const root = { kind: 'field', field: field!, read: readOf(field!) as never } as const
      const request = { operation, root, path: 'changes', actor, now: new Date() }
      return planFor({ ...request, arguments: {}, parent: undefined }).plan
    }
    const everything = planOf(READ_PERMISSIONS)
    expect(planOf(READ_PERMISSIONS)).toBe(everything)
    for (const missing of READ_PERMISSIONS) {
      const rest = READ_PERMISSIONS.filter((permission) => permission !== missing)
      expect(planOf(rest)).not.toBe(everything)
      expect(planOf(rest)).toBe(planOf([...rest].reverse()))
    }
  })
})
