/** What must hold after every fault: one check of each in every round. */
export const BACK_IN_TIME = 'every gateway serves again within 5 s after the fault'
export const ANSWERED_HONESTLY = 'every answer is the result, or an honest 503'
export const ANSWERED_IN_TIME = 'every operation is answered in time'
export const STILL_RUNNING = 'no gateway ends by itself, and SIGTERM ends one within 10 s'
export const KEPT = 'what was acknowledged is there, with its values'
export const REFUSED_IS_NOTHING = 'what was refused, or never asked for, is not there'
export const WHOLE = 'nothing is half: records, changes, focus areas, attempts and files agree'
export const RULES = 'status, dates and attempts keep the rules'
export const FORWARD = 'no record leaves an end status, and updatedAt never goes back'
export const ONE_ORDER = 'the feed is one order without a gap that only grows'
export const PLACED = 'every committed change gets its place'
export const FOLLOWED = 'every follower has the whole feed once, in its order, or is told'
export const DUE = 'what is due is done by the sweeps'
export const IMPORTS = 'an import says what became of its lines'
export const SILENT_LOG = "no log tells donors' data"

/** All of them. */
export const PROMISES = [
  BACK_IN_TIME,
  ANSWERED_HONESTLY,
  ANSWERED_IN_TIME,
  STILL_RUNNING,
  KEPT,
  REFUSED_IS_NOTHING,
  WHOLE,
  RULES,
  FORWARD,
  ONE_ORDER,
  PLACED,
  FOLLOWED,
  DUE,
  IMPORTS,
  SILENT_LOG,
] as const
