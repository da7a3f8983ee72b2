import type { Reporter, TestCase, TestModule } from 'vitest/node';

const unsaid = 'not selected, or what comes before them failed';

/** Ends a run with the tests that were skipped, how many, and why; and with those that passed at a second try alone, and how the first one ended. */
export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const notes = modules.flatMap(({ children }) => [...children.allTests('skipped')].map(noteOf));
    if (notes.length > 0) process.stdout.write(`${renderSkipped(notes)}\n`);
    const passed = modules.flatMap((module) => [...module.children.allTests('passed')].map((test) => ({ module, test })));
    const unsteady = passed.filter(({ test }) => test.diagnostic()?.flaky).map(({ module, test }) => describe(module, test));
    if (unsteady.length > 0) process.stdout.write(`${renderUnsteady(unsteady)}\n`);
  }
}

export interface UnsteadyTest {
  /** Its file, from the folder of the project. */
  file: string;
  name: string;
  /** Of the first try, as far as the runner has kept it. */
  error: string | undefined;
}

function describe({ relativeModuleId }: TestModule, test: TestCase): UnsteadyTest {
  const [error] = test.result().errors ?? [];
  return { file: relativeModuleId, name: test.fullName, error: error?.message.split('\n')[0] };
}

/** Where the machine was busy, or the test is wrong, or what it tests: who reads it decides. */
export function renderUnsteady(tests: readonly UnsteadyTest[]): string {
  const lines = tests.flatMap(({ file, name, error }) => [
    `    ${file} > ${name}`,
    ...(error === undefined ? [] : [`      ${error}`]),
  ]);
  return [`Passed at a second try alone, ${tests.length} ${tests.length === 1 ? 'test' : 'tests'}:`, ...lines].join('\n');
}

function noteOf(test: { result(): { state: string; note?: string | undefined } }): string {
  return test.result().note ?? unsaid;
}

/** One line a reason, the most frequent first. */
export function renderSkipped(notes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const note of notes) counts.set(note, (counts.get(note) ?? 0) + 1);
  const rows = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b, 'en'));
  return [
    `Skipped ${notes.length} ${notes.length === 1 ? 'test' : 'tests'}:`,
    ...rows.map(([reason, count]) => `${String(count).padStart(5)}  ${reason}`),
  ].join('\n');
}
