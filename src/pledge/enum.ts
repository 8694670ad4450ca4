import { builder } from '../graphql/builder.ts'
import { describedEnum, OrderDirectionEnum } from '../graphql/enum.ts'
import type { DonationInterval, PledgeAction, PledgeStatus, RecruitmentType } from './rules.ts'

export const PledgeStatusEnum = describedEnum<PledgeStatus>(
  'PledgeStatus',
  'How far a pledge has come.',
  {
    LEAD: 'To be collected. The initial status; a lead is first held back, then released.',
    ACTIVE: 'Being collected.',
    DROPPED: 'Dropped before it was ever collected or released. An end status.',
    CANCELLED: 'Cancelled after it was collected or released. An end status.',
    FULFILLED: 'Ended after its end date. An end status.',
  },
)

export const RecruitmentTypeEnum = describedEnum<RecruitmentType>(
  'RecruitmentType',
  'How a pledge was recruited.',
  { D2D: 'Door to door.', STREET: 'On the street.' },
)

export const DonationIntervalEnum = describedEnum<DonationInterval>(
  'DonationInterval',
  'How often the donation is collected.',
  {
    ONCE: 'One time only.',
    WEEKLY: 'Every week.',
    MONTHLY: 'Every month.',
    QUARTERLY: 'Every three months.',
    HALF_YEARLY: 'Every six months.',
    YEARLY: 'Every year.',
  },
)

export const PledgeActionEnum = describedEnum<PledgeAction>(
  'PledgeAction',
  'What can be done to a pledge.',
  {
    UPDATE: 'Correct its details. Needs PLEDGES_UPDATE.',
    RELEASE:
      'End its cooling-down period: from a lead that is not released. Needs PLEDGES_RELEASE.',
    ACTIVATE: 'Start collecting: from a released lead. Needs PLEDGES_ACTIVATE.',
    DROP: 'End it: from a lead that was neither released nor collected. Needs PLEDGES_DROP.',
    CANCEL:
      'End it with a reason: from a lead that was released or collected, or an active pledge. Needs PLEDGES_CANCEL.',
    FULFILL: 'Complete it: from an active pledge whose end date has passed. Needs PLEDGES_FULFILL.',
  },
)

export const PledgeOrderInput = builder.inputType('PledgeOrder', {
  description: 'In which order pledges are listed. Equal instants are ordered by UUID.',
  fields: (t) => ({
    field: t.field({
      type: describedEnum<'CREATED_AT' | 'UPDATED_AT'>(
        'PledgeOrderField',
        'What pledges are ordered by.',
        { CREATED_AT: 'When it was created.', UPDATED_AT: 'When it last changed.' },
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
