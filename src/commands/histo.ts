import { type Command, Option } from 'commander';
import { parseInteger } from '../model/units.ts';
import { inspectHeap } from '../native/inspector.ts';
import { renderHistoTable } from '../reporters/histo-table.ts';
import { missingProcess } from './missing-target.ts';

const formats = ['table', 'json'] as const;
const mostSizes = 10_000;
const longestBudgetMs = 600_000;
const largestPid = 4_194_304;

interface HistoOptions {
  top: string;
  budgetMs: string;
  arenas?: boolean;
  format: (typeof formats)[number];
}

export function registerHisto(program: Command): void {
  program
    .command('histo')
    .description(
      "Reads the heaps of a process that uses glibc's malloc from outside, without stopping it: chunks by size, how much is free and resident and whether " +
        'malloc_trim would return it, and how many zlib states there are.',
    )
    .argument('[pid]', 'a running process; without one the JVMs of this host are listed')
    .option('--top <n>', 'how many chunk sizes, those of most bytes first', '20')
    .option('--arenas', 'one line for each arena as well')
    .option('--budget-ms <n>', 'time for walking heaps; beyond it a random sample stands for all', '1600')
    .addOption(new Option('--format <format>', 'how it is printed').choices(formats).default('table'))
    .addHelpText('after', '\nExamples:\n  offheap histo 4711 --arenas\n  offheap histo 4711 --format=json')
    .action(runHisto);
}

async function runHisto(target: string | undefined, options: HistoOptions): Promise<void> {
  if (target === undefined) throw await missingProcess('histo');
  const pid = parseInteger(target, 'PID', { min: 1, max: largestPid });
  const sizes = parseInteger(options.top, '--top', { min: 0, max: mostSizes });
  const budgetMs = parseInteger(options.budgetMs, '--budget-ms', { min: 1, max: longestBudgetMs });
  const inspection = await inspectHeap(pid, { budgetMs, sizes });
  const text =
    options.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, ...inspection }, undefined, 2)}\n`
      : renderHistoTable(inspection, { arenas: options.arenas ?? false });
  process.stdout.write(text);
}
