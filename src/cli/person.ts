import type { Config } from '../config.ts'
import { systemClock } from '../core/clock.ts'
import { OperatorError } from '../core/error.ts'
import { parseUuid, UUID_FORMAT } from '../core/uuid.ts'
import { erasePerson } from '../person/commands.ts'
import { withDatabase } from './database.ts'
import { print } from './output.ts'
import { openStorage } from './storage.ts'

/** Erases a person, and prints how much of what was cleared as a line of JSON. */
export async function runErase(config: Config, options: { uuid: string }): Promise<void> {
  const uuid = parseUuid(options.uuid)
  if (uuid === undefined) throw new OperatorError(`--uuid must be ${UUID_FORMAT}`)
  const erasure = await withDatabase(config, async (database) =>
    erasePerson(
      { database, storage: await openStorage(config, database), clock: systemClock },
      uuid,
    ),
  )
  print(JSON.stringify({ uuid, ...erasure }))
}
