import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule } from 'vitest/node';

/** A run of one file, or of what computes alone, is no occasion. */
const longRunMs = 60_000;
const shown = 20;
/** For whoever asks what a test costs: of the last run, whatever it was of. */
const reportFile = fileURLToPath(new URL('../build/test-report.json', import.meta.url));

/** Ends a long run with the files and the tests that took longest, and keeps what each has cost. On a busy machine each takes longer: compare them with one another alone. */
export class CostReporter implements Reporter {
  private startedAt = performance.now();

  onTestRunStart(): void {
    this.startedAt = performance.now();
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map(costOf);
    const wallMs = performance.now() - this.startedAt;
    const cores = availableParallelism();
    mkdirSync(dirname(reportFile), { recursive: true });
    writeFileSync(reportFile, `${JSON.stringify({ wallMs, cores, projects: projectsOf(files), files }, undefined, 1)}\n`);
    if (sumMs(files) < longRunMs) return;
    const tests = files.flatMap(({ file, tests }) => tests.map(({ name, ms }) => ({ name: `${file} > ${name}`, ms })));
    const named = files.map(({ file, ms, processorMs }) => ({ name: file, ms, processorMs }));
    process.stdout.write(
      `${renderSlowest('files', named)}\n${renderSlowest('tests', tests)}\n${renderProjects(files, { wallMs, cores })}\n`,
    );
  }
}

interface Timed {
  name: string;
  ms: number;
  /** Of files alone: tests of one file may run at the same time. */
  processorMs?: number;
}

export interface FileCost {
  project: string;
  /** From the root of the checkout. */
  file: string;
  /** With what is done before its first test. */
  ms: number;
  /** Of its process and of the processes that this one has waited for; 0 of a file that ended before its hooks. */
  processorMs: number;
  tests: { name: string; state: string; ms: number }[];
}

function costOf(module: TestModule): FileCost {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
  return {
    project: module.project.name,
    file: module.relativeModuleId,
    ms: environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration,
    processorMs: module.meta().processorMs ?? 0,
    tests: [...module.children.allTests()].map((test) => ({
      name: test.fullName,
      state: test.result().state,
      ms: test.diagnostic()?.duration ?? 0,
    })),
  };
}

/** Sums by project, the longest first. */
export function projectsOf(files: readonly FileCost[]) {
  return [...new Set(files.map(({ project }) => project))]
    .map((project) => {
      const own = files.filter((file) => file.project === project);
      const tests = own.reduce((sum, file) => sum + file.tests.length, 0);
      return { project, files: own.length, tests, ms: sumMs(own), processorMs: sumProcessorMs(own) };
    })
    .sort((a, b) => b.ms - a.ms);
}

/** Seconds, the longest first, and what share of all of them they are; behind a name its processor time. */
export function renderSlowest(what: string, all: readonly Timed[]): string {
  const slowest = [...all].sort((a, b) => b.ms - a.ms || a.name.localeCompare(b.name, 'en')).slice(0, shown);
  const share = Math.round((100 * sumMs(slowest)) / Math.max(1, sumMs(all)));
  return [
    `Slowest ${slowest.length} of ${all.length} ${what}, ${share} % of their time, in seconds:`,
    ...slowest.map(
      ({ name, ms, processorMs }) =>
        `${seconds(ms)}  ${name}${processorMs === undefined ? '' : ` (${seconds(processorMs).trim()} of a processor)`}`,
    ),
  ].join('\n');
}

/** What the projects cost, and how busy the run kept the machine: far below 100 %, tests wait; at 100 %, only less work makes it shorter. */
export function renderProjects(files: readonly FileCost[], { wallMs, cores }: { wallMs: number; cores: number }): string {
  const processorMs = sumProcessorMs(files);
  const share = Math.round((100 * processorMs) / Math.max(1, wallMs * cores));
  return [
    'Projects, in seconds, and of a processor:',
    ...projectsOf(files).map(
      (one) => `${seconds(one.ms)} ${seconds(one.processorMs)}  ${one.project}, ${one.tests} tests in ${one.files} files`,
    ),
    `${seconds(sumMs(files))} ${seconds(processorMs)}  all of them in ${seconds(wallMs).trim()}: ${share} % of ${cores} ${cores === 1 ? 'core' : 'cores'}. Each test: ${join('build', 'test-report.json')}`,
  ].join('\n');
}

const seconds = (ms: number) => (ms / 1000).toFixed(1).padStart(7);
const sumMs = (all: readonly { ms: number }[]) => all.reduce((sum, { ms }) => sum + ms, 0);
const sumProcessorMs = (all: readonly { processorMs: number }[]) => all.reduce((sum, { processorMs }) => sum + processorMs, 0);
