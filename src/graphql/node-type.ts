import { connectionTo, edgeTo } from '../read/binding/connection-type.ts'
import { builder } from './builder.ts'

// The types refer to each other in circles. Their names stand here, their fields with their subjects.

export const PledgeType = builder.objectRef<object>('Pledge')
export const CallType = builder.objectRef<object>('Call')
export const PersonType = builder.objectRef<object>('Person')
export const OrganizationType = builder.objectRef<object>('Organization')
export const UserType = builder.objectRef<object>('User')
export const FocusAreaType = builder.objectRef<object>('FocusArea')
export const TransactionType = builder.objectRef<object>('Transaction')
export const ChangeType = builder.objectRef<object>('Change')

export const PledgeConnection = connectionTo(PledgeType, 'pledges')
export const CallConnection = connectionTo(CallType, 'calls')
export const PersonConnection = connectionTo(PersonType, 'persons')
export const OrganizationConnection = connectionTo(OrganizationType, 'organizations')
export const TransactionConnection = connectionTo(TransactionType, 'transactions')

export const ChangeEdge = edgeTo(ChangeType, 'changes')
export const ChangeConnection = connectionTo(ChangeType, 'changes', ChangeEdge)
