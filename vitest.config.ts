import { defineConfig } from 'vitest/config';

// The machine that runs the suite is often small, and integration tests measure the RSS of real JVMs: those run one file at a time.
const alone = { fileParallelism: false, maxWorkers: 1 } as const;

export default defineConfig({
  test: {
    globalSetup: ['test/leftovers.ts'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,mjs}', 'test/architecture.test.ts'] } },
      { test: { name: 'native', include: ['test/native/**/*.test.ts'], testTimeout: 60_000, ...alone } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, ...alone } },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.{ts,mjs}'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          ...alone,
        },
      },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 60_000, ...alone } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: [],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          ...alone,
        },
      },
    ],
  },
});
