import type { Reporter, TestModule } from 'vitest/node';

const unsaid = 'not selected, or what comes before them failed';

/** Ends a run with the tests that were skipped: how many, and why. */
export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const notes = modules.flatMap(({ children }) => [...children.allTests('skipped')].map(noteOf));
    if (notes.length > 0) process.stdout.write(`${renderSkipped(notes)}\n`);
  }
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
