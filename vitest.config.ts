import { defineConfig } from 'vitest/config';

// Tests run from the sources: the condition picks `src/index.ts` of each package, so no build is needed.
const conditions = ['signalwright-source', 'import', 'module', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Left to itself vitest leaves one core idle, which on the two of CI is half of them.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A wait for something that surely comes ends with the test, not with a busy second of the machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
