import { parseDurationWithin, parseInteger } from '../model/units.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { processArgument } from './options/pid.ts';
import { addPrintOptions, formerOption, type PrintOptions } from './options/print-options.ts';
import { toJson } from './run/json.ts';
import { missingProcess } from './run/missing-target.ts';

const mostSizes = 10_000;
const budgetBounds = { min: '1ms', max: '10m' };

interface HistoOptions extends PrintOptions<PlainFormat> {
  top: string;
  budget: string;
  budgetMs?: string;
  arenas?: boolean;
}

export const histoCommand: CommandDefinition = {
  name: 'histo',
  group: 'look',
  summary: 'count the malloc chunks of a process by size, like jmap -histo for glibc',
  description:
    'Reads the heaps of a process on glibc from outside, without stopping it. Shows live and free chunks by size, what malloc_trim would return, and the ' +
    'number of zlib states.',
  manual: {
    examples: ['offheap histo 4711 --arenas', 'offheap histo 4711 --format=json'],
    exit: [exits.ok, exits.failed, exits.usage],
    files: ['/proc/PID/…              maps, pagemap, memory of malloc’s heaps (read only)'],
    seeAlso: ['offheap doctor', 'docs/inspector.md'],
  },
  configure: (command) => {
    command
      .argument('[process]', processArgument)
      .option('--top <n>', 'how many chunk sizes to show, those with most bytes first', '20')
      .option('--arenas', 'also show a line for each arena')
      .option('--budget <duration>', 'processor time for walking heaps; then a random sample stands for the rest', '1600ms')
      .addOption(formerOption('--budget-ms <n>'))
      .action(runHisto);
    addPrintOptions(command, plainFormats);
  },
};

async function runHisto(target: string | undefined, options: HistoOptions): Promise<void> {
  if (target === undefined) throw await missingProcess('histo');
  const sizes = parseInteger(options.top, '--top', { min: 0, max: mostSizes });
  const { budget, budgetMs: former } = options;
  const budgetMs = parseDurationWithin(former === undefined ? budget : `${former}ms`, '--budget', budgetBounds);
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  const { terminalOptions } = await import('./run/terminal.ts');
  await requireOutput(options.output);
  const { resolveProcess } = await import('./run/subjects.ts');
  const pid = await resolveProcess(target);
  const { inspectHeap } = await import('../api/heap.ts');
  const { boundLists } = await import('../stats/listed-heaps.ts');
  const { renderHistoTable } = await import('../reporters/histo-table.ts');
  const inspection = boundLists(await inspectHeap(pid, { budgetMs, sizes }));
  const text =
    options.format === 'json'
      ? toJson({ schemaVersion: 1, ...inspection })
      : renderHistoTable(inspection, { ...terminalOptions(options), arenas: options.arenas ?? false });
  await writeOutput(text, options);
}
