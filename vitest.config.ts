import { availableParallelism, totalmem } from 'node:os';
import { defineConfig } from 'vitest/config';
import { keepCertificates } from './test/certificates.ts';
import { CostReporter } from './test/cost-reporter.ts';
import { LongestFirst } from './test/longest-first.ts';
import { SkippedReporter } from './test/skipped-reporter.ts';
import { withoutShims } from './test/without-shims.ts';

/** CommonJS packages as Node imports them, so that what passes here runs there. */
const deps = { interopDefault: false };
// The machine that runs the suite is often small and busy: a bound of time only ends what hangs.
const bounds = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000 } } } as const;
/** Of every test file. */
const setupFiles = ['test/processor-time.ts'];
/** A file a core: they wait for nothing. Each process more has the same modules to load. */
const computing = { setupFiles, maxWorkers: Math.min(4, Math.max(2, availableParallelism())), ...bounds } as const;
/**
 * Two to eight files, four a core: most tests wait more than they compute, for JVMs and for times to be over. Each may need 2 GiB; a JVM of 3 GiB is in one file alone.
 * They run after those that compute, since projects that run together have the same number of workers.
 */
const waiting = {
  setupFiles,
  maxWorkers: Math.min(8, 4 * availableParallelism(), Math.max(2, Math.floor(totalmem() / (2 * 1024 ** 3)))),
  sequence: { groupOrder: 1 },
  ...bounds,
} as const;

/**
 * In CI these tests, of real JVMs on a machine that others use as well, have a second try; the run ends with the names of those that needed it. What takes random inputs
 * has none: they would be others.
 */
const retry = process.env['CI'] ? 1 : 0;

/** Seconds of processor time, of which it asserts something: in a process of its own, and not in the fast loop. */
const worstTexts = 'test/unit/parse/worst-texts.test.ts';

// A JVM or javac that a test starts has to read the checkout's path, whose letters may be any.
process.env['LC_ALL'] = 'C.UTF-8';
process.env['PATH'] = withoutShims(process.env['PATH'] ?? '');
keepCertificates(process.env);

export default defineConfig({
  test: {
    // What a module becomes is kept by its content: the projects have most of them in common, and so have two runs.
    experimental: { fsModuleCache: true },
    reporters: ['default', new SkippedReporter(), new CostReporter()],
    globalSetup: ['test/leftovers.ts'],
    sequence: { sequencer: LongestFirst },
    // Asked for by scripts/fuzz.mjs alone: of what reads and checks what others have written.
    coverage: {
      provider: 'v8',
      include: ['src/parse/**', 'src/model/**'],
      reporter: ['json-summary'],
      reportsDirectory: 'build/fuzz/coverage',
    },
    projects: [
      {
        // They start next to nothing: most of their time would go into a process and the same modules for each file.
        test: {
          name: 'unit',
          deps,
          include: ['test/unit/**/*.test.{ts,mjs}', 'test/architecture.test.ts'],
          exclude: [worstTexts],
          isolate: false,
          ...computing,
        },
      },
      { test: { name: 'worst-texts', include: [worstTexts], ...waiting } },
      { test: { name: 'fuzz', deps, include: ['test/fuzz/**/*.test.ts'], ...waiting } },
      // A process runs file after file of its project: each more would load the same modules, which is half a second.
      ...['native', 'browser', 'cli', 'integration', 'package'].map((name) => ({
        test: { name, include: [`test/${name}/**/*.test.{ts,mjs}`], isolate: false, retry, ...waiting },
      })),
    ],
  },
});
