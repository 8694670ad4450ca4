import type { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import { LONGEST_NOTES, LONGEST_REASON } from '../core/column.ts'
import {
  absent,
  group,
  instant,
  listOf,
  oneOf,
  pastInstant,
  readInput,
  saidText,
  text,
  uuid,
  withoutNulls,
} from '../core/field.ts'
import { isObject } from '../core/json.ts'
import { CALL_STATUSES, CALL_TYPES } from './rules.ts'

const ANY_CALL = {
  uuid: uuid().nullish(),
  personUuid: uuid(),
  organizationUuid: uuid(),
  pledgeUuid: uuid().nullish(),
  requestedByUuid: uuid().nullish(),
  notes: text(LONGEST_NOTES).nullish(),
}

const ONLY_EXTERNAL = 'is accepted only with externalMetadata: a call that is managed here'

const managedCall = (clock: Clock) =>
  withoutNulls(
    group({
      ...ANY_CALL,
      externalMetadata: absent('makes a call external'),
      type: oneOf(CALL_TYPES),
      status: absent(`${ONLY_EXTERNAL} starts as REQUESTED`),
      requestedAt: pastInstant(clock).nullish(),
      attempts: absent(`${ONLY_EXTERNAL} starts without any; addCallAttempt records them`),
      result: absent(`${ONLY_EXTERNAL} is given it by completeCall`),
      completedAt: absent(`${ONLY_EXTERNAL} is completed by completeCall`),
      cancelledAt: absent(`${ONLY_EXTERNAL} is cancelled by cancelCall`),
    }),
  )

const externalCall = () =>
  withoutNulls(
    group({
      ...ANY_CALL,
      externalMetadata: withoutNulls(
        group({
          applicationName: saidText(),
          referenceId: saidText(),
          agentReferenceId: text().nullish(),
          statusCode: text().nullish(),
          statusDescription: text().nullish(),
        }),
      ),
      type: absent('is not accepted with externalMetadata: an external call becomes VERIFICATION'),
      status: oneOf(CALL_STATUSES).nullish(),
      requestedAt: instant().nullish(),
      attempts: listOf(
        withoutNulls(group({ attemptedAt: instant(), attemptedByUuid: uuid().nullish() })),
      ).nullish(),
      result: saidText(LONGEST_REASON).nullish(),
      completedAt: instant().nullish(),
      cancelledAt: instant().nullish(),
    }),
  )

/** A call that is to be created, right by itself. */
export type CreateCall =
  z.output<ReturnType<typeof managedCall>> | z.output<ReturnType<typeof externalCall>>

/** Reads what a new call is to be: with external metadata an external one, and without a managed one. */
export function readCreateCall(input: unknown, clock: Clock): CreateCall {
  const isExternal = isObject(input) && (input['externalMetadata'] ?? null) !== null
  return isExternal ? readInput(externalCall(), input) : readInput(managedCall(clock), input)
}

/** A new call as it is stored, but for its UUID and the person's owner, and its attempts in their order. */
export function decideCreation(command: CreateCall, now: Date) {
  const { externalMetadata: external, attempts, personUuid, organizationUuid } = command
  return {
    columns: {
      status: command.status ?? 'REQUESTED',
      type: command.type ?? 'VERIFICATION',
      personUuid,
      organizationUuid,
      pledgeUuid: command.pledgeUuid ?? null,
      requestedAt: command.requestedAt ?? now,
      requestedByUuid: command.requestedByUuid ?? null,
      createdAt: now,
      updatedAt: now,
      completedAt: command.completedAt ?? null,
      cancelledAt: command.cancelledAt ?? null,
      result: command.result ?? null,
      notes: command.notes ?? null,
      externalApplicationName: external?.applicationName ?? null,
      externalReferenceId: external?.referenceId ?? null,
      externalAgentReferenceId: external?.agentReferenceId ?? null,
      externalStatusCode: external?.statusCode ?? null,
      externalStatusDescription: external?.statusDescription ?? null,
    },
    attempts: (attempts ?? []).map(({ attemptedAt, attemptedByUuid }, index) => ({
      number: index + 1,
      attemptedAt,
      attemptedByUuid: attemptedByUuid ?? null,
    })),
  } as const
}

export const addCallAttemptInput = (clock: Clock) =>
  withoutNulls(
    group({
      callUuid: uuid(),
      attemptedByUuid: uuid(),
      attemptedAt: pastInstant(clock).nullish(),
    }),
  )

export const completeCallInput = (clock: Clock) =>
  withoutNulls(
    group({
      callUuid: uuid(),
      completedByUuid: uuid(),
      result: saidText(LONGEST_REASON),
      completedAt: pastInstant(clock).nullish(),
      notes: text(LONGEST_NOTES).nullish(),
    }),
  )

export const cancelCallInput = (clock: Clock) =>
  withoutNulls(group({ callUuid: uuid(), cancelledAt: pastInstant(clock).nullish() }))

export const expireCallInput = () =>
  withoutNulls(group({ callUuid: uuid(), expiresAt: instant().nullish() }))
