/** Tells the present instant. It is handed to whatever needs it, so that tests can set it. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()
