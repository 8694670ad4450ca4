/** How large one operation may be. An operation that exceeds a limit is refused before anything of it is done. */
export interface OperationLimits {
  /** The most tokens (names, punctuation, values) of the document. */
  readonly tokens: number
  /** The most characters of a name or an alias. */
  readonly nameLength: number
  /** The most directives of the document. */
  readonly directives: number
  /** The most levels of fields, each below the other. */
  readonly depth: number
  /** The most response keys that one field may have in one place. */
  readonly aliases: number
  /** The most fields at the root of a query or a subscription. */
  readonly rootFields: number
  /** The most fields at the root of a mutation: the most acts of one request. */
  readonly mutations: number
  /** The most fields, counted as often as their fragments are spread. */
  readonly fields: number
  /** The highest cost. */
  readonly cost: number
  /** The most bytes of an answer, and of what one root field adds to an answer. */
  readonly answerBytes: number
}

export const DEFAULT_OPERATION_LIMITS: OperationLimits = {
  tokens: 10_000,
  nameLength: 128,
  directives: 200,
  depth: 30,
  aliases: 50,
  rootFields: 50,
  mutations: 20,
  fields: 2_000,
  cost: 50_000,
  answerBytes: 10_485_760,
}

/** What an operation has more of than it may have. */
export type Measure = keyof OperationLimits | 'introspection'

/** A limit that an operation exceeds. */
export interface Excess {
  readonly measure: Measure
  /** How much the operation asks for. Of tokens, which are not counted to their end, one more than the limit. */
  readonly requested: number
  readonly limit: number
}
