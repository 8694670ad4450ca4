/**
 * The numbers of Postgres's advisory locks. Any numbers do, as long as they differ and every process takes the same
 * ones.
 */

/** Held by the process that migrates the schema. */
export const MIGRATION_LOCK = 7_201_604_321

/** Held by the process that loads demo data. */
export const DEMO_LOCK = 7_201_604_322

/** Held by a transaction that gives positions to changes, or that moves a record with changes to another organization. */
export const FEED_LOCK = 7_201_604_323
