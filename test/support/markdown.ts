/** What is done with a fenced block of a page: a comment such as `<!-- ci: server -->` before it says so. */
export type BlockRole = 'run' | 'server' | 'stop' | 'answer'

export interface Block {
  readonly role: BlockRole
  readonly text: string
  /** Where it begins on the page, counted from 1. */
  readonly line: number
}

const BLOCK = /^(?:<!-- ci: (stop) -->|(?:<!-- ci: (\w+) -->\n+)?```(\w+)\n(.*?)\n```)$/gms

/**
 * The blocks of a page that are followed, in order: shell commands, and what is marked. A block that is
 * marked `elsewhere` is left out, because CI runs it by itself; the mark `stop` stands without a block.
 */
export function readBlocks(page: string): Block[] {
  return [...page.matchAll(BLOCK)].flatMap((match) => {
    const [, stop, mark, language, text = 'stop the server'] = match
    const role = stop ?? mark ?? (language === 'sh' ? 'run' : 'elsewhere')
    if (role === 'elsewhere') return []
    const line = page.slice(0, match.index).split('\n').length
    return [{ role: role as BlockRole, text, line }]
  })
}
