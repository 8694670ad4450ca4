import { LONGEST_LABEL, LONGEST_REASON } from '../core/column.ts'
import { DEEPEST_JSON_LEVELS, LARGEST_JSON_BYTES } from '../core/field.ts'
import { LARGEST_AMOUNT_IN_EUROS } from '../core/money.ts'
import { builder } from '../graphql/builder.ts'
import {
  SIGNATURE_BASE64_FORMAT,
  SIGNATURE_CONTENT_TYPES,
  SIGNATURE_FORMAT,
} from '../signature/rules.ts'
import { DonationIntervalEnum, PledgeStatusEnum, RecruitmentTypeEnum } from './enum.ts'
import { FIRST_PAYMENT_DAY, LAST_PAYMENT_DAY } from './rules.ts'

// Whether a pledge is managed here decides what else it needs, so that the schema can only call it optional.
const EXTERNAL_ONLY = 'Only on an external pledge, any instant or null.'

const AMOUNT = `more than 0 and at most ${String(LARGEST_AMOUNT_IN_EUROS)} euros`
const LABEL = `At most ${String(LONGEST_LABEL)} characters.`
const REASON = `1 to ${String(LONGEST_REASON)} characters, not blank`
const PROPERTIES = `At most ${String(LARGEST_JSON_BYTES)} bytes and ${String(DEEPEST_JSON_LEVELS)} levels.`
const RECRUITER =
  "A user whose organization is in the account's scope, or who belongs to none. Null for nobody."

const ExternalSourceInput = builder.inputType('ExternalSourceInput', {
  description:
    'The external source that manages a pledge. Its name and id are unique together within the owning organization.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: `The name of the source, 1 to ${String(LONGEST_LABEL)} characters, not blank.`,
    }),
    id: t.string({
      required: true,
      description: `The pledge's id there, 1 to ${String(LONGEST_LABEL)} characters, not blank.`,
    }),
  }),
})

const SignatureInput = builder.inputType('SignatureInput', {
  description: `Proof of consent, drawn, photographed or spoken: ${SIGNATURE_FORMAT}.`,
  fields: (t) => ({
    contentType: t.string({
      required: true,
      description: `What the file is: one of ${SIGNATURE_CONTENT_TYPES.join(', ')}. Its content must be just that.`,
    }),
    base64: t.string({ required: true, description: `The file: ${SIGNATURE_BASE64_FORMAT}.` }),
  }),
})

export const CreatePledgeInput = builder.inputType('CreatePledgeInput', {
  description:
    'A new pledge. Without `externalSource` it is managed here and obeys the rules of the domain; with one it is external, and only its fields are checked, one by one. Null is the same as absent.',
  fields: (t) => ({
    uuid: t.field({
      type: 'UUID',
      description:
        'Identifies the pledge. Give one of your own, and posting it again cannot create it twice; one is made where it is absent.',
    }),
    externalSource: t.field({
      type: ExternalSourceInput,
      description: 'What makes the pledge external. Absent on a managed one.',
    }),
    personUuid: t.field({
      type: 'UUID',
      required: true,
      description: 'Who makes it: a person of the owning organization.',
    }),
    owningOrganizationUuid: t.field({
      type: 'UUID',
      required: true,
      description: "The organization to which the donation goes, in the account's scope.",
    }),
    recruitingOrganizationUuid: t.field({
      type: 'UUID',
      required: true,
      description: "The organization that recruited it, in the account's scope.",
    }),
    type: t.field({
      type: RecruitmentTypeEnum,
      required: true,
      description: 'How it was recruited.',
    }),
    status: t.field({
      type: PledgeStatusEnum,
      description: 'Only on an external pledge; LEAD when absent. A managed one starts as LEAD.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made; not in the future. Now when absent.',
    }),
    recruitingLocationLabel: t.string({
      description: `Where it was recruited, in words. ${LABEL}`,
    }),
    recruiterUuid: t.field({ type: 'UUID', description: `Who recruited it. ${RECRUITER}` }),
    initialDonationAmount: t.field({
      type: 'Decimal',
      description: `The amount that is pledged, ${AMOUNT}. Required on a managed pledge.`,
    }),
    initialDonationInterval: t.field({
      type: DonationIntervalEnum,
      description: 'The interval that is pledged. Required on a managed pledge.',
    }),
    donationAmount: t.field({
      type: 'Decimal',
      description: `The present amount, ${AMOUNT}. Only on an external pledge: a managed one starts with the initial amount.`,
    }),
    donationInterval: t.field({
      type: DonationIntervalEnum,
      description:
        'The present interval. Only on an external pledge: a managed one starts with the initial interval.',
    }),
    preferredPaymentDay: t.int({
      description: `The day of the month to collect on, ${String(FIRST_PAYMENT_DAY)} to ${String(LAST_PAYMENT_DAY)}. Null for no preference.`,
    }),
    startsAt: t.field({ type: 'DateTime', description: 'From when on it is to be collected.' }),
    endsAt: t.field({
      type: 'DateTime',
      description: `Until when it is collected. ${EXTERNAL_ONLY} A managed one is given its end by \`updatePledge\`.`,
    }),
    releasedAt: t.field({
      type: 'DateTime',
      description: `When its cooling-down period was over. ${EXTERNAL_ONLY}`,
    }),
    droppedAt: t.field({
      type: 'DateTime',
      description: `When it was dropped. ${EXTERNAL_ONLY}`,
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      description: `When it was cancelled. ${EXTERNAL_ONLY}`,
    }),
    cancellationReason: t.string({
      description: `Why it was cancelled, ${REASON}. Only on an external pledge; one that is CANCELLED should carry it.`,
    }),
    focusAreaUuids: t.field({
      type: ['UUID'],
      description:
        'What it is dedicated to: focus areas of the owning organization, each named once. None when absent.',
    }),
    signature: t.field({
      type: SignatureInput,
      description: 'Proof of consent. None when absent.',
    }),
    originMetadata: t.field({
      type: 'JSONObject',
      description: `Where it comes from, in whatever form, for later reference. ${PROPERTIES}`,
    }),
    externalProperties: t.field({
      type: 'JSONObject',
      description: `Whatever else an external system says of it. ${PROPERTIES}`,
    }),
  }),
})

export const UpdatePledgeInput = builder.inputType('UpdatePledgeInput', {
  description:
    'A correction. What is absent stays as it is; null clears. On a managed pledge in an end status, `startsAt`, `endsAt` and the donation stay as they are: another value is an issue.',
  fields: (t) => ({
    pledgeUuid: pledgeUuid(t),
    recruitingLocationLabel: t.string({
      description: `Where it was recruited, in words. ${LABEL} Null clears it.`,
    }),
    recruiterUuid: t.field({ type: 'UUID', description: `Who recruited it. ${RECRUITER}` }),
    startsAt: t.field({
      type: 'DateTime',
      description:
        'From when on it is collected; on a managed pledge not after its end. Null clears it.',
    }),
    endsAt: t.field({
      type: 'DateTime',
      description:
        'Until when it is collected; not before its start. Null for no end. Only on a managed pledge.',
    }),
    donationAmount: t.field({
      type: 'Decimal',
      description: `The present amount, ${AMOUNT}. It cannot be cleared. Only on a managed pledge.`,
    }),
    donationInterval: t.field({
      type: DonationIntervalEnum,
      description: 'The present interval. It cannot be cleared. Only on a managed pledge.',
    }),
    externalProperties: t.field({
      type: 'JSONObject',
      description: `Whatever else an external system says of it, in the place of what it said before. ${PROPERTIES} Null clears it.`,
    }),
  }),
})

export const ReleasePledgeInput = builder.inputType('ReleasePledgeInput', {
  description: 'Which pledge to release.',
  fields: (t) => ({ pledgeUuid: pledgeUuid(t) }),
})

export const ActivatePledgeInput = builder.inputType('ActivatePledgeInput', {
  description: 'Which pledge to activate.',
  fields: (t) => ({ pledgeUuid: pledgeUuid(t) }),
})

export const DropPledgeInput = builder.inputType('DropPledgeInput', {
  description: 'Which pledge to drop.',
  fields: (t) => ({
    pledgeUuid: pledgeUuid(t),
    droppedAt: t.field({
      type: 'DateTime',
      description:
        "When it was dropped: not in the future, and not before the pledge's `createdAt`. Now when absent.",
    }),
  }),
})

export const CancelPledgeInput = builder.inputType('CancelPledgeInput', {
  description: 'Which pledge to cancel, and why.',
  fields: (t) => ({
    pledgeUuid: pledgeUuid(t),
    reason: t.string({ required: true, description: `Why it is cancelled, ${REASON}.` }),
    cancelledAt: t.field({
      type: 'DateTime',
      description:
        "When it was cancelled: not in the future, and not before the pledge's `createdAt`. Now when absent.",
    }),
  }),
})

export const FulfillPledgeInput = builder.inputType('FulfillPledgeInput', {
  description: 'Which pledge to fulfill.',
  fields: (t) => ({ pledgeUuid: pledgeUuid(t) }),
})

type InputFieldBuilder = Parameters<
  Parameters<typeof builder.inputType<string, never>>[1]['fields']
>[0]

function pledgeUuid(t: InputFieldBuilder) {
  return t.field({
    type: 'UUID',
    required: true,
    description: "The pledge's UUID. One that the account does not see is a NotFoundError.",
  })
}
