import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  type ParseOptions,
  SingleFieldSubscriptionsRule,
  type Source,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  visit,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import { operationTooLarge } from '../cost/refusal.ts'
import { idempotentOnActs } from '../graphql/idempotent.ts'
import type { Telling } from '../graphql/unfit-value.ts'
import { literalsFit } from '../graphql/validation.ts'
import { tooLarge } from '../read/refusal.ts'
import { withinStack } from './stack.ts'

// Operations that clients send again and again are few and short; what is not kept is parsed again. Parsed,
// a character takes some 100 bytes.
const MOST_CHARACTERS = 524_288
const LONGEST_OPERATION = 65_536

// A subscription's single field is checked when the subscription begins: the rule knows no variables, and fails on them.
const OTHER_RULES = new Set([SingleFieldSubscriptionsRule, ValuesOfCorrectTypeRule])

// A client that made many mistakes mends a few of them at a time.
const MOST_ERRORS = 10

export interface OperationCacheOptions extends Telling {
  /** The most tokens of a document. What has more is not parsed to its end. */
  readonly mostTokens: number
}

/**
 * Validates operations, and keeps those that were parsed, with what is wrong with them. It is bounded by how
 * long they are: a client that writes values into each operation must not fill the memory with them.
 */
export function useOperationCache({ mostTokens, ...telling }: OperationCacheOptions): Plugin {
  const rules = [
    ...specifiedRules.filter((rule) => !OTHER_RULES.has(rule)),
    literalsFit(telling),
    idempotentOnActs,
    ...(telling.tellsSchema ? [] : [NoSchemaIntrospectionCustomRule]),
  ]
  const limits = { maxErrors: MOST_ERRORS, hideSuggestions: !telling.tellsSchema }
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MOST_CHARACTERS,
    maxEntrySize: LONGEST_OPERATION,
    sizeCalculation: (_, operation) => Math.max(1, operation.length),
  })
  const errorsOf = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  const validateOnce = (schema: GraphQLSchema, document: DocumentNode) => {
    const errors = withinStack(
      () => validate(schema, document, rules, limits),
      () => [tooLarge()],
    )
    errorsOf.set(document, errors)
    return errors
  }
  return {
    onParse({ params, setParsedDocument, setParseFn }) {
      const operation = String(params.source)
      const document = documents.get(operation)
      if (document) {
        setParsedDocument(document)
        return undefined
      }
      setParseFn((source: string | Source, options?: ParseOptions) =>
        parseOperation(source, { ...options, maxLexicalTokens: mostTokens }),
      )
      return ({ result }: { result: DocumentNode | Error | null }) => {
        if (result && !(result instanceof Error)) documents.set(operation, withoutTokens(result))
      }
    },
    onValidate({ params, setResult, setValidationFn }) {
      const errors = errorsOf.get(params.documentAST as DocumentNode)
      if (errors) setResult(errors)
      else setValidationFn(validateOnce)
    },
  }
}

function parseOperation(
  source: string | Source,
  options: ParseOptions & { readonly maxLexicalTokens: number },
): DocumentNode {
  return withinStack(
    () => {
      try {
        return parse(source, options)
      } catch (error) {
        if (!hasTooManyTokens(error)) throw error
        const limit = options.maxLexicalTokens
        throw operationTooLarge({ measure: 'tokens', requested: limit + 1, limit })
      }
    },
    () => {
      throw tooLarge()
    },
  )
}

/**
 * Drops the tokens from which a document was parsed: nobody needs them, and they are a third of what it weighs.
 * Where each part stands in the text stays known, for the locations of errors.
 */
function withoutTokens(document: DocumentNode): DocumentNode {
  visit(document, {
    enter({ loc }) {
      if (loc) Object.assign(loc, { startToken: undefined, endToken: undefined })
    },
  })
  return document
}

/** The parser has no other sign for this than the words of its message. */
function hasTooManyTokens(error: unknown): boolean {
  return error instanceof GraphQLError && error.message.includes('Parsing aborted')
}
