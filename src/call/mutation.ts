import { type Act, addAct, recordBy, type Subject } from '../act/mutation.ts'
import { ExternallyManagedError, NotFoundError } from '../core/user-error.ts'
import { builder } from '../graphql/builder.ts'
import { CallType } from '../graphql/node-type.ts'
import { UserErrorInterface } from '../graphql/user-error.ts'
import { addCallAttempt, cancelCall, completeCall, createCall, expireCall } from './commands.ts'
import { CallActionEnum, CallStatusEnum } from './enum.ts'
import {
  AddCallAttemptInput,
  CancelCallInput,
  CompleteCallInput,
  CreateCallInput,
  ExpireCallInput,
} from './input.ts'
import { CallConflictError, CallTransitionError } from './rules.ts'
import { callSource } from './table.ts'

builder.objectType(CallConflictError, {
  name: 'CallConflictError',
  description:
    'The call is there already: another one has this UUID, or this application name and reference. Posting the same call again is answered with this, and saves nothing.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    existingCall: t.field({
      type: CallType,
      nullable: true,
      ...recordBy(callSource, ({ existingUuid }: CallConflictError) => existingUuid),
      description: 'The call that is there. Null where the account does not see it.',
    }),
  }),
})

builder.objectType(CallTransitionError, {
  name: 'CallTransitionError',
  description:
    "The call's present state does not allow the action. The message says what to do instead.",
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    status: t.expose('status', {
      type: CallStatusEnum,
      description: 'How far the call has come. Never null.',
    }),
    allowedActions: t.field({
      type: [CallActionEnum],
      resolve: ({ allowedActions }) => [...allowedActions],
      description:
        "What the viewer could do to it instead: by its state and by the viewer's permissions. Empty where there is nothing.",
    }),
  }),
})

const CALL: Subject = { name: 'call', type: CallType, source: callSource }

const STATUS_PROBLEMS: Act['problems'] = [
  NotFoundError,
  ExternallyManagedError,
  CallTransitionError,
]

addAct(CALL, {
  name: 'createCall',
  description:
    'Creates a call to a person: a managed one, which starts as REQUESTED, or with external metadata one that is managed there. Needs CALLS_CREATE. The same `uuid`, or the same application name and reference of the performing organization, is created once however often it is posted: afterwards the answer is a CallConflictError.',
  input: CreateCallInput,
  command: createCall,
  problems: [CallConflictError],
})

addAct(CALL, {
  name: 'addCallAttempt',
  description:
    'Records a try at a managed call that is REQUESTED and has attempts left. The last one that the organization owning the person allows expires the call at once. Needs CALLS_ATTEMPT.',
  input: AddCallAttemptInput,
  command: addCallAttempt,
  problems: STATUS_PROBLEMS,
})

addAct(CALL, {
  name: 'completeCall',
  description:
    'Records that a managed call that is REQUESTED was made, with its result: it becomes COMPLETED. Needs CALLS_COMPLETE.',
  input: CompleteCallInput,
  command: completeCall,
  problems: STATUS_PROBLEMS,
})

addAct(CALL, {
  name: 'cancelCall',
  description:
    'Calls off a managed call that is REQUESTED: it becomes CANCELLED. Needs CALLS_CANCEL.',
  input: CancelCallInput,
  command: cancelCall,
  problems: STATUS_PROBLEMS,
})

addAct(CALL, {
  name: 'expireCall',
  description:
    'Ends a managed call that is REQUESTED without a result: it becomes EXPIRED, now or at a later date. To set the date that is set already changes nothing, and nothing is recorded. Needs CALLS_EXPIRE.',
  input: ExpireCallInput,
  command: expireCall,
  problems: STATUS_PROBLEMS,
})
