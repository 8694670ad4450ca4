import type { Permission } from '../core/actor.ts'
import { describedEnum } from '../graphql/enum.ts'

export const PermissionEnum = describedEnum<Permission>(
  'Permission',
  'What a service account may do. A permission to act on pledges (calls) brings reading pledges (calls) with it.',
  {
    PLEDGES_READ: 'Read pledges, and what happened to them.',
    PLEDGES_CREATE: 'Create pledges.',
    PLEDGES_UPDATE: 'Correct the details of pledges.',
    PLEDGES_RELEASE: 'Release pledges before their cooling-down period is over.',
    PLEDGES_ACTIVATE: 'Activate pledges.',
    PLEDGES_DROP: 'Drop pledges.',
    PLEDGES_CANCEL: 'Cancel pledges.',
    PLEDGES_FULFILL: 'Fulfill pledges.',
    CALLS_READ: 'Read calls, and what happened to them.',
    CALLS_CREATE: 'Create calls.',
    CALLS_ATTEMPT: 'Record attempts at calls.',
    CALLS_COMPLETE: 'Complete calls.',
    CALLS_CANCEL: 'Cancel calls.',
    CALLS_EXPIRE: 'Let calls expire.',
    PERSONS_READ: 'Read persons.',
    TRANSACTIONS_READ: 'Read transactions, and what happened to them.',
    TRANSACTIONS_RECORD:
      'Record transactions, and what became of them. Brings TRANSACTIONS_READ and PLEDGES_READ with it.',
  },
)
