import { builder } from '../graphql/builder.ts'
import { describedEnum, OrderDirectionEnum } from '../graphql/enum.ts'
import type { CallAction, CallStatus, CallType } from './rules.ts'

export const CallStatusEnum = describedEnum<CallStatus>('CallStatus', 'How far a call has come.', {
  REQUESTED: 'It should be made. The initial status.',
  COMPLETED: 'It was made. An end status.',
  CANCELLED: 'It was called off. An end status.',
  EXPIRED: 'The person was not reached within the allowed attempts, or in time. An end status.',
})

export const CallTypeEnum = describedEnum<CallType>('CallType', 'What a call is for.', {
  VERIFICATION: 'To check the details of a newly recruited donor.',
  HAPPY_CALL: 'To keep a donor engaged.',
  WINBACK: 'To get a donor back.',
})

export const CallActionEnum = describedEnum<CallAction>(
  'CallAction',
  'What can be done to a call that is requested and managed here.',
  {
    ADD_ATTEMPT: 'Record a try to reach the person. Needs CALLS_ATTEMPT.',
    COMPLETE: 'Record that it was made, with its result. Needs CALLS_COMPLETE.',
    CANCEL: 'Call it off. Needs CALLS_CANCEL.',
    EXPIRE: 'End it without result, now or at a later date. Needs CALLS_EXPIRE.',
  },
)

export const CallOrderInput = builder.inputType('CallOrder', {
  description: 'In which order calls are listed. Equal instants are ordered by UUID.',
  fields: (t) => ({
    field: t.field({
      type: describedEnum<'CREATED_AT' | 'UPDATED_AT' | 'REQUESTED_AT'>(
        'CallOrderField',
        'What calls are ordered by.',
        {
          CREATED_AT: 'When it was created.',
          UPDATED_AT: 'When it last changed.',
          REQUESTED_AT: 'When it was requested.',
        },
      ),
      required: true,
      description: 'What to order by.',
    }),
    direction: t.field({
      type: OrderDirectionEnum,
      required: true,
      description: 'Which end comes first.',
    }),
  }),
})
