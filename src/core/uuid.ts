const VERSION_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

export const UUID_FORMAT = 'a version 4 UUID, such as "5cf67f69-34d0-46fe-b904-20d56248a844"'

/** Reads a version 4 UUID in either case and writes it in lower case; undefined for anything else. */
export function parseUuid(text: string): string | undefined {
  return VERSION_4.test(text) ? text.toLowerCase() : undefined
}
