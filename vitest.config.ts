import { defineConfig } from 'vitest/config'

export default defineConfig({
  // What Node itself loads: a second copy of graphql would not know the types of the first.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // Making a database takes seconds of work, and several tests may do so at once on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html'],
      // One point below what the suite reaches on the embedded database.
      thresholds: { branches: 86 },
    },
  },
})
