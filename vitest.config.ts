import { defineConfig } from 'vitest/config';
import { SkippedReporter } from './test/skipped-reporter.ts';

/** CommonJS packages as Node imports them, so that what passes here runs there. */
const deps = { interopDefault: false };
// The machine that runs the suite is often small, and integration tests measure the RSS of real JVMs: those run one file at a time. It is often
// busy as well: a bound of time only ends what hangs.
const bounds = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000 } } } as const;
const alone = { fileParallelism: false, maxWorkers: 1, ...bounds } as const;

// A JVM or javac that a test starts has to read the checkout's path, whose letters may be any.
process.env['LC_ALL'] = 'C.UTF-8';

export default defineConfig({
  test: {
    reporters: ['default', new SkippedReporter()],
    globalSetup: ['test/leftovers.ts'],
    projects: [
      {
        // They start next to nothing: most of their time would go into a process and the same modules for each of 71 files.
        test: {
          name: 'unit',
          deps,
          include: ['test/unit/**/*.test.{ts,mjs}', 'test/architecture.test.ts'],
          isolate: false,
          ...bounds,
        },
      },
      ...['native', 'browser', 'package', 'cli', 'integration'].map((name) => ({
        test: { name, include: [`test/${name}/**/*.test.{ts,mjs}`], ...alone },
      })),
    ],
  },
});
