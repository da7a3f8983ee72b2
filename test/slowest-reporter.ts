import type { Reporter, TestModule } from 'vitest/node';

/** A run of one file, or of what computes alone, is no occasion. */
const longRunMs = 60_000;
const shown = 20;

/** Ends a long run with the files and the tests that took longest. On a busy machine each takes longer: compare them with one another alone. */
export class SlowestReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({ name: module.relativeModuleId, ms: wholeMs(module) }));
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        name: `${module.relativeModuleId} > ${test.fullName}`,
        ms: test.diagnostic()?.duration ?? 0,
      })),
    );
    if (sumMs(files) < longRunMs) return;
    process.stdout.write(`${renderSlowest('files', files)}\n${renderSlowest('tests', tests)}\n`);
  }
}

export interface Timed {
  name: string;
  ms: number;
}

/** With what is done before its first test. */
function wholeMs(module: TestModule): number {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
  return environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
}

/** Seconds, the longest first, and what share of all of them they are. */
export function renderSlowest(what: string, all: readonly Timed[]): string {
  const slowest = [...all].sort((a, b) => b.ms - a.ms || a.name.localeCompare(b.name, 'en')).slice(0, shown);
  const share = Math.round((100 * sumMs(slowest)) / Math.max(1, sumMs(all)));
  return [
    `Slowest ${slowest.length} of ${all.length} ${what}, ${share} % of their time, in seconds:`,
    ...slowest.map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(7)}  ${name}`),
  ].join('\n');
}

function sumMs(all: readonly Timed[]): number {
  return all.reduce((sum, { ms }) => sum + ms, 0);
}
