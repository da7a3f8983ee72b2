import { Option } from 'commander';
import { parseInteger } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { parsePid } from './options/pid.ts';
import { toJson } from './run/json.ts';
import { missingProcess } from './run/missing-target.ts';

const formats = ['table', 'json'] as const;
const mostSizes = 10_000;
const longestBudgetMs = 600_000;

interface HistoOptions {
  top: string;
  budgetMs: string;
  arenas?: boolean;
  format: (typeof formats)[number];
}

export const histoCommand: CommandDefinition = {
  name: 'histo',
  group: 'look',
  summary: 'print the live and free malloc chunks of a process by size, like jmap -histo for glibc',
  description:
    "Reads the heaps of a process that uses glibc's malloc from outside, without stopping it: chunks by size, how much is free and resident and whether " +
    'malloc_trim would return it, and how many zlib states there are.',
  manual: {
    examples: ['offheap histo 4711 --arenas', 'offheap histo 4711 --format=json'],
    exit: [exits.ok, exits.failed, exits.usage],
    files: ['/proc/PID/…              maps, pagemap, memory of malloc’s heaps (read only)'],
    seeAlso: ['offheap doctor', 'docs/inspector.md'],
  },
  configure: (command) =>
    command
      .argument('[pid]', 'a running process; without one the JVMs of this host are listed')
      .option('--top <n>', 'how many chunk sizes, those of most bytes first', '20')
      .option('--arenas', 'one line for each arena as well')
      .option('--budget-ms <n>', 'time for walking heaps; beyond it a random sample stands for all', '1600')
      .addOption(new Option('--format <format>', 'how it is printed').choices(formats).default('table'))
      .action(runHisto),
};

async function runHisto(target: string | undefined, options: HistoOptions): Promise<void> {
  if (target === undefined) throw await missingProcess('histo');
  const pid = parsePid(target);
  const sizes = parseInteger(options.top, '--top', { min: 0, max: mostSizes });
  const budgetMs = parseInteger(options.budgetMs, '--budget-ms', { min: 1, max: longestBudgetMs });
  const { inspectHeap } = await import('../native/inspector.ts');
  const { renderHistoTable } = await import('../reporters/histo-table.ts');
  const inspection = await inspectHeap(pid, { budgetMs, sizes });
  const text =
    options.format === 'json'
      ? toJson({ schemaVersion: 1, ...inspection })
      : renderHistoTable(inspection, { arenas: options.arenas ?? false });
  process.stdout.write(text);
}
