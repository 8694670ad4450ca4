import { APPEND_ONLY } from './append-only.ts'
import { CHANGE_ORGANIZATIONS } from './change-organizations.ts'
import { CHANGE_POSITIONS } from './change-positions.ts'
import { MASKED_NUMBER } from './masked-number.ts'
import { PERSON_ORGANIZATIONS } from './person-organizations.ts'

/**
 * The current text of every function and trigger of the database. Migrations create them, and a migration never changes
 * once it has run somewhere, so the text of one function can be spread over several migrations. This folder is where to
 * read what holds today. To change a function, change its text here, and write a migration with the new text
 * (`npx drizzle-kit generate --custom --name what_changes`); `test/sql-text.test.ts` fails until both are equal.
 */
export const CURRENT_SQL: readonly string[] = [
  ...APPEND_ONLY,
  ...PERSON_ORGANIZATIONS,
  ...CHANGE_POSITIONS,
  ...CHANGE_ORGANIZATIONS,
  ...MASKED_NUMBER,
]
