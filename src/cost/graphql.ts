import { builder } from '../graphql/builder.ts'
import type { OperationBudget } from './budget.ts'

const RateLimitType = builder.objectRef<OperationBudget>('RateLimit').implement({
  description:
    'What this operation costs, and what the account has left of its rate limit. The unit of cost is about a row that is read by an index; the directives `@cost` and `@listSize` in the schema tell the weights.',
  fields: (t) => ({
    cost: t.int({
      resolve: ({ cost }) => cost.requested,
      description: 'What this operation costs. Never null.',
    }),
    limit: t.int({
      nullable: true,
      resolve: ({ rate }) => rate?.limit ?? null,
      description:
        'The most that the account may ask for at once, in units of cost. Null where this gateway has no rate limit.',
    }),
    remaining: t.int({
      nullable: true,
      resolve: ({ rate }) => rate?.remaining ?? null,
      description:
        'What the account may still ask for at once, after this operation, in units of cost. It grows all the time, up to `limit`. Null where this gateway has no rate limit.',
    }),
    resetAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ rate }) => rate?.resetAt ?? null,
      description:
        'When `remaining` has grown to `limit` again, if the account asks for nothing more. Null where this gateway has no rate limit.',
    }),
  }),
})

builder.queryField('rateLimit', (t) =>
  t.field({
    type: RateLimitType,
    nullable: true,
    resolve: (_parent, _args, { budget }) => budget ?? null,
    description:
      "What this operation costs and what the account has left of its rate limit. An operation above the limit is answered with the status 429, the code RATE_LIMITED and the header Retry-After, and nothing of it is done. Null where the operation's cost is not known. Needs no permission.",
  }),
)
