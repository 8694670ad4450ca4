import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A source file, with what it imports from other source files; paths are from the root of the project. */
export interface SourceFile {
  readonly path: string
  readonly lineCount: number
  /** Imports of types count: they, too, say who knows whom. */
  readonly imports: readonly string[]
}

/** Reads every TypeScript file of a folder of the project. */
export function readSourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => readSourceFile(relative(ROOT, file).split(sep).join(posix.sep)))
    .sort((a, b) => a.path.localeCompare(b.path))
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const imports = ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(dirname(path), specifier))
  return { path, lineCount: text.trimEnd().split('\n').length, imports: [...new Set(imports)] }
}
