/** The channel on which Postgres notifies that changes have got their positions. */
export const CHANGES_CHANNEL = 'pledgeline_changes'
