import type { CoreSource } from '../model/core-origin.ts';
import { exitCodes } from '../model/errors.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { parseDurationWithin, parseInteger } from '../model/units.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { WantedPlace } from '../stats/container-choice.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { coreArgument } from './options/pid.ts';
import { addPlaceOptions, type PlaceOptions } from './options/place.ts';
import { addPrintOptions, formerOption, type PrintOptions } from './options/print-options.ts';
import { refuseSysroot, type SysrootOption, sysrootOption } from './options/sysroot.ts';
import type { InspectionOptions } from './run/inspect-process.ts';
import { toJson } from './run/json.ts';
import { requireSubject } from './run/missing-target.ts';

const mostSizes = 10_000;
const budgetBounds = { min: '1ms', max: '10m' };

interface HistoOptions extends PrintOptions<PlainFormat>, PlaceOptions, SysrootOption {
  top: string;
  budget?: string;
  budgetMs?: string;
  arenas?: boolean;
}

export const histoCommand: CommandDefinition = {
  name: 'histo',
  group: 'look',
  summary: 'count the malloc chunks of a process by size, like jmap -histo for glibc',
  description:
    'Reads the heaps of a process on glibc from outside, without stopping it. Shows live and free chunks by size, what malloc_trim would return, and the ' +
    'number of zlib states. Of a process that is gone it reads the core file.',
  manual: {
    examples: ['offheap histo 4711 --arenas', 'offheap histo 4711 --format=json', 'offheap histo core.4711'],
    exit: [
      exits.ok,
      '1    failed, or a large part of the heaps could not be read; what was read is printed',
      exits.usage,
      '130  interrupted',
    ],
    files: ['/proc/PID/…              maps, pagemap, memory of malloc’s heaps (read only)'],
    seeAlso: ['offheap doctor', 'docs/inspector.md', 'docs/after-death.md'],
  },
  configure: (command) => {
    addPlaceOptions(command.argument('[process or core]', coreArgument))
      .option('--top <n>', 'how many chunk sizes to show, those with most bytes first', '20')
      .option('--arenas', 'also show a line for each arena')
      .option(
        '--budget <duration>',
        'processor time for walking heaps; then a random sample stands for the rest (default: 1600ms, up to 15s where much is unread)',
      )
      .addOption(sysrootOption())
      .addOption(formerOption('--budget-ms <n>'))
      .action(runHisto);
    addPrintOptions(command, plainFormats);
  },
};

async function runHisto(target: string | undefined, options: HistoOptions): Promise<void> {
  const place = await requireSubject(target, options, 'histo');
  const { isCoreTarget } = await import('./run/core-target.ts');
  const core = (await isCoreTarget(target)) ? target : undefined;
  if (core === undefined) refuseSysroot(options);
  const sizes = parseInteger(options.top, '--top', { min: 0, max: mostSizes });
  const budgetMs = parseBudget(options);
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  const { terminalOptions } = await import('./run/terminal.ts');
  await requireOutput(options.output);
  const { isMuchUnread } = await import('../doctor/unread.ts');
  const { boundLists } = await import('../stats/listed-heaps.ts');
  const { renderHistoTable } = await import('../reporters/histo-table.ts');
  const { inspection, source, isInterrupted } =
    core === undefined
      ? await ofProcess(target, place, { budgetMs, sizes, quiet: options.quiet === true })
      : await ofCore(core, options, { budgetMs, sizes });
  const shown = { ...boundLists(inspection), ...(source ? { core: source } : {}) };
  const text =
    options.format === 'json'
      ? toJson({ schemaVersion: 1, ...shown })
      : renderHistoTable(shown, { ...terminalOptions(options), arenas: options.arenas ?? false });
  if (isInterrupted) process.exitCode = exitCodes.interrupted;
  else if (isMuchUnread(inspection)) process.exitCode = exitCodes.failed;
  await writeOutput(text, options);
}

interface Inspected {
  inspection: HeapInspection;
  source?: CoreSource;
  isInterrupted: boolean;
}

async function ofProcess(
  target: string | undefined,
  place: WantedPlace | undefined,
  options: InspectionOptions,
): Promise<Inspected> {
  const { resolveSubject } = await import('./run/subjects.ts');
  const { inspectProcess } = await import('./run/inspect-process.ts');
  return await inspectProcess(await resolveSubject(target, place, 'histo'), options);
}

async function ofCore(
  path: string,
  { sysroot, quiet }: HistoOptions,
  options: Pick<InspectionOptions, 'budgetMs' | 'sizes'>,
): Promise<Inspected> {
  const { sayWhichFile } = await import('./run/core-target.ts');
  const { withCoreOf } = await import('../observe/dead/core-at.ts');
  const { inspectCore } = await import('../observe/dead/core-heaps.ts');
  const { interruptibly } = await import('./run/interruptible.ts');
  sayWhichFile('histo', path, quiet);
  const read = await interruptibly((signal) =>
    withCoreOf(path, (core) => inspectCore(core.path, { ...options, isUnpacked: core.isUnpacked, named: path, sysroot, signal })),
  );
  return { ...read, isInterrupted: false };
}

function parseBudget({ budget, budgetMs: former }: HistoOptions): number | undefined {
  const given = former === undefined ? budget : `${former}ms`;
  return given === undefined ? undefined : parseDurationWithin(given, '--budget', budgetBounds);
}
