import {
  type DocumentNode,
  getOperationAST,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql'
import { type CostTerm, evaluate, type ItemsOf } from './cost-term.ts'
import { createFieldCosts, type FieldCosts } from './field-cost.ts'
import type { Excess, Measure, OperationLimits } from './limits.ts'
import { itemsInLiteral, itemsInValue } from './list-size.ts'
import { SelectionMeasure, type SelectionSize } from './selection-size.ts'

/** What an operation costs. */
export interface OperationCost {
  /** The cost in whole units, rounded up. */
  readonly requested: number
  /** The highest cost that an operation may have. */
  readonly limit: number
  /** The most bytes that the answer can have. */
  readonly answerBytes: number
  /** The first limit that the operation exceeds; absent where it keeps all of them. */
  readonly excess?: Excess
}

/** Which operation of a document is asked for, with the values of its variables as they came. */
export interface CostRequest {
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
}

/** What is known of an operation for all values of its variables. */
interface MeasuredOperation {
  readonly excess: Excess | undefined
  readonly cost: CostTerm
  readonly bytes: CostTerm
  /** What the operation costs, where no variable changes the cost. */
  known?: OperationCost | undefined
  /** How many items the defaults of the variables ask for. */
  readonly defaults: ReadonlyMap<string, number | undefined>
}

/** Tells what operations cost. What does not depend on variables is measured once for each parsed document. */
export class OperationCosts {
  readonly #schema: GraphQLSchema
  readonly #limits: OperationLimits
  readonly #costOf: FieldCosts
  readonly #measured = new WeakMap<OperationDefinitionNode, MeasuredOperation>()

  constructor(schema: GraphQLSchema, limits: OperationLimits) {
    this.#schema = schema
    this.#limits = limits
    this.#costOf = createFieldCosts(schema)
  }

  /** The cost of an operation; undefined where the document has no such operation. */
  costOf(
    document: DocumentNode,
    { operationName, variables }: CostRequest,
  ): OperationCost | undefined {
    const operation = getOperationAST(document, operationName)
    if (!operation) return undefined
    let measured = this.#measured.get(operation)
    if (!measured) {
      measured = this.#measure(document, operation)
      this.#measured.set(operation, measured)
    }
    measured.known ??= this.#isConstant(measured) ? this.#evaluated(measured, {}) : undefined
    return measured.known ?? this.#evaluated(measured, variables ?? {})
  }

  #isConstant({ cost, bytes }: MeasuredOperation): boolean {
    return typeof cost === 'number' && typeof bytes === 'number'
  }

  #evaluated(
    measured: MeasuredOperation,
    variables: Readonly<Record<string, unknown>>,
  ): OperationCost {
    const itemsOf = itemsIn(measured, variables)
    const limit = this.#limits.cost
    const requested = wholeNumber(evaluate(measured.cost, itemsOf))
    const answerBytes = wholeNumber(evaluate(measured.bytes, itemsOf))
    const tooCostly: Excess = { measure: 'cost', requested, limit }
    const excess = measured.excess ?? (requested > limit ? tooCostly : undefined)
    return { requested, limit, answerBytes, ...(excess && { excess }) }
  }

  #measure(document: DocumentNode, operation: OperationDefinitionNode): MeasuredOperation {
    const size = new SelectionMeasure({
      schema: this.#schema,
      costOf: this.#costOf,
      mostAliases: this.#limits.aliases,
      document,
    }).sizeOf(operation)
    const definitions = operation.variableDefinitions ?? []
    return {
      excess: this.#excessOf(document, operation, size),
      cost: size.cost,
      bytes: size.bytes,
      defaults: new Map(
        definitions.map(({ variable, defaultValue }) => [
          variable.name.value,
          defaultValue && itemsInLiteral(defaultValue),
        ]),
      ),
    }
  }

  #excessOf(
    document: DocumentNode,
    { operation }: OperationDefinitionNode,
    size: SelectionSize,
  ): Excess | undefined {
    const { longestName, directives } = measureWords(document)
    const root = operation === OperationTypeNode.MUTATION ? 'mutations' : 'rootFields'
    const measures: readonly (readonly [Exclude<Measure, 'cost' | 'tokens'>, number])[] = [
      ['nameLength', longestName],
      ['directives', directives],
      ['depth', size.depth],
      [root, size.keys.size],
      ['aliases', size.aliases],
      ['fields', size.fields],
      ['answerBytes', size.rowBytes],
      ['introspection', Math.max(0, ...size.introspection.values())],
    ]
    for (const [measure, requested] of measures) {
      const limit = measure === 'introspection' ? 1 : this.#limits[measure]
      if (requested > limit) return { measure, requested: wholeNumber(requested), limit }
    }
    return undefined
  }
}

function itemsIn(
  { defaults }: MeasuredOperation,
  variables: Readonly<Record<string, unknown>>,
): ItemsOf {
  return (name) =>
    Object.hasOwn(variables, name) ? itemsInValue(variables[name]) : defaults.get(name)
}

function measureWords(document: DocumentNode): { longestName: number; directives: number } {
  let longestName = 0
  let directives = 0
  visit(document, {
    Name: ({ value }) => {
      longestName = Math.max(longestName, value.length)
    },
    Directive: () => {
      directives += 1
    },
  })
  return { longestName, directives }
}

/** JSON has no infinity, which a few fragments reach that spread each other. */
function wholeNumber(value: number): number {
  return Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER)
}
