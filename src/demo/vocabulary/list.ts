/** The entries of a text that separates them by semicolons. */
export function listOf(text: string): readonly string[] {
  return text.split(';').map((entry) => entry.trim())
}
