import { defineConfig } from 'vitest/config';

// The machine that runs the suite is often small, and integration tests measure the RSS of real JVMs: those run one file at a time.
const alone = { fileParallelism: false, maxWorkers: 1 } as const;

// A JVM or javac that a test starts has to read the checkout's path, whose letters may be any.
process.env['LC_ALL'] = 'C.UTF-8';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,mjs}', 'test/architecture.test.ts'] } },
      { test: { name: 'native', include: ['test/native/**/*.test.ts'], testTimeout: 60_000, ...alone } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, ...alone } },
      { test: { name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, ...alone } },
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
