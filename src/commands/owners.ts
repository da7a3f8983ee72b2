import { join } from 'node:path';
import type { OwnersResult } from '../model/owners.ts';
import { formatSeconds, parseDurationWithin, parseInteger } from '../model/units.ts';
import type { OwnersOptions } from '../observe/owners.ts';
import { type OwnersFormat, ownersFormats } from '../reporters/formats.ts';
import type { WantedPlace } from '../stats/container-choice.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import { coreArgument } from './options/pid.ts';
import { addPlaceOptions, type PlaceOptions } from './options/place.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';
import { refuseSysroot, refuseWithCore, type SysrootOption, sysrootOption } from './options/sysroot.ts';
import { requireSubject } from './run/missing-target.ts';

const mostOwners = 10_000;
const mostClimbs = 64;
const budgetBounds = { min: '1ms', max: '10m' };

interface OwnersCommandOptions extends PrintOptions<OwnersFormat>, PlaceOptions, SysrootOption {
  top: string;
  budget?: string;
  holders: string;
  peek?: boolean;
  createdBy?: string;
  for: string;
  baseline?: string;
}

export const ownersCommand: CommandDefinition = {
  name: 'owners',
  group: 'look',
  summary: 'tell who holds the blocks of malloc: Java classes, threads, libraries, nobody',
  description:
    'Reads the Java heap and glibc’s malloc heaps of a process from outside, without stopping it or loading anything into it, and follows each pointer. ' +
    'Each block in use has one owner, so the table adds up.',
  manual: {
    examples: [
      'offheap owners 4711',
      'offheap owners app.jar --created-by=java.util.zip.Inflater --for=10s',
      'offheap owners 4711 --format=json --output=before.json',
      'offheap owners 4711 --baseline=before.json',
      'offheap owners core.4711',
    ],
    exit: [exits.ok, exits.failed, exits.usage, '130  interrupted'],
    files: [
      'CACHE/async-profiler-*/  fetched from Maven Central, for --created-by alone',
      '/proc/PID/…              maps, pagemap, memory, stack pointers of threads (read only)',
    ],
    seeAlso: ['offheap doctor', 'offheap histo', 'docs/owners.md', 'docs/after-death.md'],
  },
  configure: (command) => {
    addPlaceOptions(command.argument('[process or core]', coreArgument))
      .option('--top <n>', 'how many owners to show, the largest first', '20')
      .option('--holders <n>', 'of how many classes to tell who holds their objects, the largest first', '1')
      .option(
        '--created-by <class>',
        'also show who makes objects of this class: the Java stacks on which its constructors are called; loads async-profiler',
      )
      .option('--for <duration>', 'how long to watch that', '30s')
      .option('--baseline <file>', 'an earlier result (--format=json): tell by how much each owner has grown since')
      .option('--peek', 'also print contents of memory: of blocks of nobody')
      .addOption(moreOption('--budget <duration>', 'processor time for it (default: as long as it takes)'))
      .addOption(sysrootOption())
      .action(runOwners);
    addPrintOptions(command, ownersFormats);
  },
};

async function runOwners(target: string | undefined, options: OwnersCommandOptions): Promise<void> {
  const place = await requireSubject(target, options, 'owners');
  const { isCoreTarget } = await import('./run/core-target.ts');
  const core = (await isCoreTarget(target)) ? target : undefined;
  if (core === undefined) refuseSysroot(options);
  else refuseWithCore({ '--created-by': options.createdBy !== undefined });
  const top = parseInteger(options.top, '--top', { min: 1, max: mostOwners });
  const holders = parseInteger(options.holders, '--holders', { min: 0, max: mostClimbs });
  const created = options.createdBy === undefined ? undefined : await requestOf(options.createdBy, options.for);
  const budgetMs = options.budget === undefined ? undefined : parseDurationWithin(options.budget, '--budget', budgetBounds);
  const baseline = options.baseline === undefined ? undefined : await baselineOf(options.baseline);
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const look = { budgetMs, holders, peek: options.peek };
  const { pid, observe } = core === undefined ? await ofProcess(target, place, look) : await ofCore(core, options, look);
  const { startProgress } = await import('./run/progress.ts');
  const { interruptibly } = await import('./run/interruptible.ts');
  const { printOwners } = await import('./run/print-owners.ts');
  const progress = await startProgress(options.quiet !== true);
  const result = await interruptibly(async (signal) => {
    const seen = await observe(signal);
    const found = baseline ? { ...seen, baseline: baseline.compare(seen) } : seen;
    if (!created) return found;
    progress.update(`watching who makes ${created.className} in process ${pid} for ${formatSeconds(created.forMs)}`);
    return { ...found, created: await created.profile(pid, signal) };
  }).finally(() => progress.stop());
  await printOwners(result, top, options);
}

interface Look {
  /** 0: there is none. */
  pid: number;
  observe(signal: AbortSignal): Promise<OwnersResult>;
}

type LookOptions = Pick<OwnersOptions, 'budgetMs' | 'holders' | 'peek'>;

async function ofProcess(target: string | undefined, place: WantedPlace | undefined, look: LookOptions): Promise<Look> {
  const { resolveSubject } = await import('./run/subjects.ts');
  const { observeOwners } = await import('../observe/owners.ts');
  const pid = await resolveSubject(target, place, 'owners');
  return { pid, observe: (signal) => observeOwners(pid, { ...look, signal }) };
}

async function ofCore(path: string, { sysroot, quiet }: OwnersCommandOptions, look: LookOptions): Promise<Look> {
  const { sayWhichFile } = await import('./run/core-target.ts');
  const { withCoreOf } = await import('../observe/dead/core-at.ts');
  const { observeCoreOwners } = await import('../observe/dead/core-owners.ts');
  sayWhichFile('owners', path, quiet);
  return {
    pid: 0,
    observe: (signal) =>
      withCoreOf(path, (core) =>
        observeCoreOwners(core.path, { ...look, isUnpacked: core.isUnpacked, named: path, sysroot, signal }),
      ),
  };
}

/** Read first: a file that is none costs no look. */
async function baselineOf(path: string) {
  const { readOwners } = await import('./run/read-owners.ts');
  const { compareOwners } = await import('../stats/owner-growth.ts');
  const before = await readOwners(path, '--baseline');
  return { compare: (after: OwnersResult) => compareOwners(before, after) };
}

const createdBounds = { min: '100ms', max: '1h' };

/** What is wrong with it is said before anything is done. */
async function requestOf(name: string, duration: string) {
  const { profileCreations, requireClassName } = await import('../observe/creation-stacks.ts');
  const { execaRunner } = await import('../process/execa-runner.ts');
  const { cacheFolder } = await import('../process/paths.ts');
  const className = requireClassName(name);
  const forMs = parseDurationWithin(duration, '--for', createdBounds);
  const folder = cacheFolder();
  const where = { runner: execaRunner, cacheFolder: folder, outputFolder: join(folder, 'results') };
  return {
    className,
    forMs,
    profile: (pid: number, signal: AbortSignal) => profileCreations(pid, { className, forMs, ...where, signal }),
  };
}
