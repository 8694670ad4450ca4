import { distinctOperations } from './distinct-operations.ts'
import { echoedInput } from './echoed-input.ts'
import { failoverBehind } from './failover-behind.ts'
import { foreignName } from './foreign-name.ts'
import { fragmentBomb } from './fragment-bomb.ts'
import { garbledText } from './garbled-text.ts'
import { graphiqlHost } from './graphiql-host.ts'
import { graphiqlPage } from './graphiql-page.ts'
import { hiddenSchema } from './hidden-schema.ts'
import { honestOutage } from './honest-outage.ts'
import { importOutput } from './import-output.ts'
import { introspectionAmplified } from './introspection-amplified.ts'
import { leftUpload } from './left-upload.ts'
import { lockedTable } from './locked-table.ts'
import { loggedRow } from './logged-row.ts'
import { manySubscribers } from './many-subscribers.ts'
import { migrationLock } from './migration-lock.ts'
import { planShapes } from './plan-shapes.ts'
import { readableFiles } from './readable-files.ts'
import { rootFieldFlood } from './root-field-flood.ts'
import { silentConnections } from './silent-connections.ts'
import { skippedSubscription } from './skipped-subscription.ts'
import { tellingCursor } from './telling-cursor.ts'
import { thenAlias } from './then-alias.ts'
import { unboundedAnswer } from './unbounded-answer.ts'
import { unfinishedBody } from './unfinished-body.ts'
import { unpatchedDriver } from './unpatched-driver.ts'
import { unwritableStorage } from './unwritable-storage.ts'
import type { Regression } from './regression.ts'

/** Every attack and every fault that once took the gateway down, or had it tell or lose something. */
export const REGRESSIONS: readonly Regression[] = [
  introspectionAmplified,
  fragmentBomb,
  rootFieldFlood,
  unboundedAnswer,
  distinctOperations,
  planShapes,
  graphiqlPage,
  unfinishedBody,
  manySubscribers,
  foreignName,
  thenAlias,
  skippedSubscription,
  garbledText,
  leftUpload,
  readableFiles,
  graphiqlHost,
  loggedRow,
  echoedInput,
  importOutput,
  hiddenSchema,
  tellingCursor,
  unpatchedDriver,
  silentConnections,
  failoverBehind,
  lockedTable,
  migrationLock,
  honestOutage,
  unwritableStorage,
]
