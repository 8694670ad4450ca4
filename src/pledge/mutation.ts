import { type Act, addAct, recordBy, type Subject } from '../act/mutation.ts'
import { ExternallyManagedError, NotFoundError } from '../core/user-error.ts'
import { builder } from '../graphql/builder.ts'
import { PledgeType } from '../graphql/node-type.ts'
import { UserErrorInterface } from '../graphql/user-error.ts'
import {
  activatePledge,
  cancelPledge,
  createPledge,
  dropPledge,
  fulfillPledge,
  releasePledge,
  updatePledge,
} from './commands.ts'
import { PledgeActionEnum, PledgeStatusEnum } from './enum.ts'
import {
  ActivatePledgeInput,
  CancelPledgeInput,
  CreatePledgeInput,
  DropPledgeInput,
  FulfillPledgeInput,
  ReleasePledgeInput,
  UpdatePledgeInput,
} from './input.ts'
import { PledgeConflictError, PledgeTransitionError } from './rules.ts'
import { pledgeSource } from './table.ts'

builder.objectType(PledgeConflictError, {
  name: 'PledgeConflictError',
  description:
    'The pledge is there already: another one has this UUID, or this name and id in an external source. Posting the same pledge again is answered with this, and saves nothing.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    existingPledge: t.field({
      type: PledgeType,
      nullable: true,
      ...recordBy(pledgeSource, ({ existingUuid }: PledgeConflictError) => existingUuid),
      description: 'The pledge that is there. Null where the account does not see it.',
    }),
  }),
})

builder.objectType(PledgeTransitionError, {
  name: 'PledgeTransitionError',
  description:
    "The pledge's present state does not allow the action. The message says what to do instead.",
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    status: t.expose('status', {
      type: PledgeStatusEnum,
      description: 'How far the pledge has come. Never null.',
    }),
    allowedActions: t.field({
      type: [PledgeActionEnum],
      resolve: ({ allowedActions }) => [...allowedActions],
      description:
        "What the viewer could do to it instead: by its state and by the viewer's permissions. Empty where there is nothing.",
    }),
  }),
})

const PLEDGE: Subject = { name: 'pledge', type: PledgeType, source: pledgeSource }

const STATUS_PROBLEMS: Act['problems'] = [
  NotFoundError,
  ExternallyManagedError,
  PledgeTransitionError,
]

addAct(PLEDGE, {
  name: 'createPledge',
  description:
    'Creates a pledge: a managed one, which starts as a lead that is not released, or with an external source one that is managed there. Needs PLEDGES_CREATE. The same `uuid`, or the same external source of the owning organization, is created once however often it is posted: afterwards the answer is a PledgeConflictError.',
  input: CreatePledgeInput,
  command: createPledge,
  problems: [PledgeConflictError],
})

addAct(PLEDGE, {
  name: 'updatePledge',
  description:
    'Corrects the details of a pledge. What is not given stays as it is, and null clears. Where nothing is different from what is stored, nothing is written or recorded. Needs PLEDGES_UPDATE.',
  input: UpdatePledgeInput,
  command: updatePledge,
  problems: [NotFoundError],
})

addAct(PLEDGE, {
  name: 'releasePledge',
  description:
    'Ends the cooling-down period of a managed lead before its time: sets `releasedAt` to now, and keeps the status. Needs PLEDGES_RELEASE.',
  input: ReleasePledgeInput,
  command: releasePledge,
  problems: STATUS_PROBLEMS,
})

addAct(PLEDGE, {
  name: 'activatePledge',
  description:
    'Starts the collection of a managed lead that is released: it becomes ACTIVE. Where `startsAt` is empty it is set to now. Needs PLEDGES_ACTIVATE.',
  input: ActivatePledgeInput,
  command: activatePledge,
  problems: STATUS_PROBLEMS,
})

addAct(PLEDGE, {
  name: 'dropPledge',
  description:
    'Ends a managed lead that was neither released nor ever collected: it becomes DROPPED. Otherwise `cancelPledge` is the way to end it. Needs PLEDGES_DROP.',
  input: DropPledgeInput,
  command: dropPledge,
  problems: STATUS_PROBLEMS,
})

addAct(PLEDGE, {
  name: 'cancelPledge',
  description:
    'Ends a managed pledge that is active, or a lead that was released or ever collected: it becomes CANCELLED. Otherwise `dropPledge` is the way to end it. Needs PLEDGES_CANCEL.',
  input: CancelPledgeInput,
  command: cancelPledge,
  problems: STATUS_PROBLEMS,
})

addAct(PLEDGE, {
  name: 'fulfillPledge',
  description:
    'Completes a managed pledge that is active and whose `endsAt` has passed: it becomes FULFILLED. The gateway does so by itself within a minute. Needs PLEDGES_FULFILL.',
  input: FulfillPledgeInput,
  command: fulfillPledge,
  problems: STATUS_PROBLEMS,
})
