import { LONGEST_LABEL, LONGEST_NOTES, LONGEST_REASON } from '../core/column.ts'
import { builder } from '../graphql/builder.ts'
import { CallStatusEnum, CallTypeEnum } from './enum.ts'

// Whether a call is managed here decides what else it needs, so that the schema can only call it optional.
const EXTERNAL_ONLY = 'Only on an external call.'

const LABEL = `1 to ${String(LONGEST_LABEL)} characters, not blank`
const OPTIONAL_LABEL = `at most ${String(LONGEST_LABEL)} characters`
const RESULT = `1 to ${String(LONGEST_REASON)} characters, not blank`
const NOTES = `at most ${String(LONGEST_NOTES)} characters`
const USER = "A user whose organization is in the account's scope, or who belongs to none."
const PAST = "not in the future, and not before the call's `requestedAt`. Now when absent."

const CallExternalMetadataInput = builder.inputType('CallExternalMetadataInput', {
  description:
    'The external application that manages a call. Its name and reference are unique together within the organization that performs the call.',
  fields: (t) => ({
    applicationName: t.string({
      required: true,
      description: `The name of the application, ${LABEL}.`,
    }),
    referenceId: t.string({
      required: true,
      description: `The call's reference there, ${LABEL}.`,
    }),
    agentReferenceId: t.string({
      description: `The agent's reference there, ${OPTIONAL_LABEL}.`,
    }),
    statusCode: t.string({ description: `The call's status there, ${OPTIONAL_LABEL}.` }),
    statusDescription: t.string({
      description: `What that status means, ${OPTIONAL_LABEL}.`,
    }),
  }),
})

const CallAttemptInput = builder.inputType('CallAttemptInput', {
  description: 'One try at an external call.',
  fields: (t) => ({
    attemptedAt: t.field({
      type: 'DateTime',
      required: true,
      description: 'When the person was tried.',
    }),
    attemptedByUuid: t.field({
      type: 'UUID',
      description: `Who tried. ${USER} Null when not known.`,
    }),
  }),
})

export const CreateCallInput = builder.inputType('CreateCallInput', {
  description:
    'A new call. Without `externalMetadata` it is managed here and obeys the rules of the domain; with it the call is external, and only its fields are checked, one by one. Null is the same as absent.',
  fields: (t) => ({
    uuid: t.field({
      type: 'UUID',
      description:
        'Identifies the call. Give one of your own, and posting it again cannot create it twice; one is made where it is absent.',
    }),
    externalMetadata: t.field({
      type: CallExternalMetadataInput,
      description: 'What makes the call external. Absent on a managed one.',
    }),
    personUuid: t.field({
      type: 'UUID',
      required: true,
      description: "Who is to be called: a person in the account's scope.",
    }),
    organizationUuid: t.field({
      type: 'UUID',
      required: true,
      description: "The organization that performs it, in the account's scope.",
    }),
    pledgeUuid: t.field({
      type: 'UUID',
      description:
        "Which of the person's pledges it is about, one in the account's scope. None when absent.",
    }),
    type: t.field({
      type: CallTypeEnum,
      description:
        'What it is for. Required on a managed call, and not accepted on an external one, which becomes VERIFICATION.',
    }),
    status: t.field({
      type: CallStatusEnum,
      description: `How far it has come; REQUESTED when absent. ${EXTERNAL_ONLY} A managed one starts as REQUESTED.`,
    }),
    requestedAt: t.field({
      type: 'DateTime',
      description:
        'When it was requested. Now when absent. On a managed call not in the future: nothing could be done to it before.',
    }),
    requestedByUuid: t.field({
      type: 'UUID',
      description: `Who requested it. ${USER} Nobody when absent.`,
    }),
    attempts: t.field({
      type: [CallAttemptInput],
      description: `The tries at it, in their order. ${EXTERNAL_ONLY} At a managed one, \`addCallAttempt\` records them.`,
    }),
    result: t.string({
      description: `The call centre's own outcome code or phrase, ${RESULT}. ${EXTERNAL_ONLY} A managed one is given it by \`completeCall\`.`,
    }),
    completedAt: t.field({
      type: 'DateTime',
      description: `When it was completed. ${EXTERNAL_ONLY} A managed one is completed by \`completeCall\`.`,
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      description: `When it was cancelled. ${EXTERNAL_ONLY} A managed one is cancelled by \`cancelCall\`.`,
    }),
    notes: t.string({ description: `What is noted of it, ${NOTES}.` }),
  }),
})

export const AddCallAttemptInput = builder.inputType('AddCallAttemptInput', {
  description: 'A try at a call.',
  fields: (t) => ({
    callUuid: callUuid(t),
    attemptedByUuid: t.field({ type: 'UUID', required: true, description: `Who tried. ${USER}` }),
    attemptedAt: t.field({ type: 'DateTime', description: `When the person was tried: ${PAST}` }),
  }),
})

export const CompleteCallInput = builder.inputType('CompleteCallInput', {
  description: 'Which call to complete, and how it went.',
  fields: (t) => ({
    callUuid: callUuid(t),
    completedByUuid: t.field({
      type: 'UUID',
      required: true,
      description: `Who made it. ${USER}`,
    }),
    result: t.string({
      required: true,
      description: `The call centre's own outcome code or phrase, ${RESULT}.`,
    }),
    completedAt: t.field({ type: 'DateTime', description: `When it was completed: ${PAST}` }),
    notes: t.string({
      description: `What the agent noted, ${NOTES}, in the place of what was noted before. That stays when this is absent.`,
    }),
  }),
})

export const CancelCallInput = builder.inputType('CancelCallInput', {
  description: 'Which call to cancel.',
  fields: (t) => ({
    callUuid: callUuid(t),
    cancelledAt: t.field({ type: 'DateTime', description: `When it was cancelled: ${PAST}` }),
  }),
})

export const ExpireCallInput = builder.inputType('ExpireCallInput', {
  description: 'Which call to expire, and when.',
  fields: (t) => ({
    callUuid: callUuid(t),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        "When it expires: not before the call's `requestedAt`. Now when absent. At an instant that has passed, it has expired then; a later one is set, in the place of any that was, and the call expires by itself when it comes.",
    }),
  }),
})

type InputFieldBuilder = Parameters<
  Parameters<typeof builder.inputType<string, never>>[1]['fields']
>[0]

function callUuid(t: InputFieldBuilder) {
  return t.field({
    type: 'UUID',
    required: true,
    description: "The call's UUID. One that the account does not see is a NotFoundError.",
  })
}
