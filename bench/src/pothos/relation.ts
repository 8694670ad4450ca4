import { defineRelations } from 'drizzle-orm'
import * as tables from './table.ts'

export const relations = defineRelations(tables, (r) => ({
  pledges: {
    owningOrganization: r.one.organizations({
      from: r.pledges.owningOrganizationUuid,
      to: r.organizations.uuid,
      optional: false,
    }),
    person: r.one.persons({ from: r.pledges.personUuid, to: r.persons.uuid, optional: false }),
    transactions: r.many.transactions({ from: r.pledges.uuid, to: r.transactions.pledgeUuid }),
    calls: r.many.calls({ from: r.pledges.uuid, to: r.calls.pledgeUuid }),
  },
  calls: {
    attempts: r.many.callAttempts({ from: r.calls.uuid, to: r.callAttempts.callUuid }),
  },
  callAttempts: {
    attemptedBy: r.one.users({ from: r.callAttempts.attemptedByUuid, to: r.users.uuid }),
  },
}))
