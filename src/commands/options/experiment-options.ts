import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Configuration } from '../../allocators/configurations.ts';
import { defaultReference, selectConfigurations } from '../../allocators/select-configurations.ts';
import type { ResultFile } from '../../model/result.ts';
import { parseInteger } from '../../model/units.ts';
import { cacheFolder } from '../../process/paths.ts';
import { type Format, formats } from '../../reporters/formats.ts';
import { moreOption } from '../help/more-options.ts';
import { addPrintOptions, type PrintOptions } from './print-options.ts';

/** Options that every command that runs a matrix of cells has. */
export interface MatrixOptions extends PrintOptions<Format> {
  allocator: string;
  seed?: string;
  reference: string;
  cores?: string;
  meter: boolean;
  census?: boolean;
  stacks?: boolean;
  results?: string;
  resume?: string;
  dryRun?: boolean;
}

export function allocatorOption(fallback: string, inWords?: string): Option {
  return new Option(
    '--allocator <list>',
    'all, or a comma list (see offheap allocators). Append settings: jemalloc,MALLOC_CONF=…; name a file: mine=/path/lib.so',
  ).default(fallback, inWords);
}

export function doctorOption(): Option {
  return moreOption('--no-doctor', 'do not let the doctor look at the program when all is measured');
}

export function dryRunOption(): Option {
  return moreOption('--dry-run', 'print the plan and how long it takes, and start nothing');
}

export function addMatrixOptions(command: Command): Command {
  return command
    .addOption(moreOption('--reference <key>', 'compare the others with this configuration', defaultReference))
    .addOption(moreOption('--seed <n>', 'repeat the random order of an earlier run'))
    .addOption(moreOption('--cores <n>', 'limit glibc to 8 n arenas, as on a host of n cores'))
    .addOption(moreOption('--no-meter', 'do not preload libmeter.so: no live bytes, except on mmap'))
    .addOption(moreOption('--census', 'after the load, count zlib states in malloc (glibc) and Inflaters in the Java heap'))
    .addOption(moreOption('--stacks', 'profile each JVM from its start: the Java stacks of what is live after the load'))
    .addOption(moreOption('--resume <file>', 'continue an interrupted raw result: run only the cells it lacks'))
    .addOption(dryRunOption());
}

export function addOutputOptions(command: Command): Command {
  return addPrintOptions(command, formats).addOption(
    moreOption('--results <file>', 'keep the raw result in this file (default: that of --resume, else a new one, see Files)'),
  );
}

export interface MatrixRequest {
  configurations: Configuration[];
  /** Which the configurations follow already. */
  cores: number | undefined;
  seed: number;
  reference: string;
  meter: boolean;
  census: boolean;
  resumed: ResultFile | undefined;
  stacks: boolean;
}

export async function parseMatrix(options: MatrixOptions): Promise<MatrixRequest> {
  const resumed = await readResumed(options.resume);
  const seed = options.seed === undefined ? undefined : parseInteger(options.seed, '--seed', { min: 0, max: 2 ** 31 - 1 });
  const cores = options.cores === undefined ? undefined : parseInteger(options.cores, '--cores', { min: 1, max: 4096 });
  const selection = { list: options.allocator, reference: options.reference, cores };
  return {
    configurations: selectConfigurations(selection),
    cores,
    seed: seed ?? resumed?.seed ?? randomInt(2 ** 31),
    reference: options.reference,
    meter: options.meter,
    census: options.census === true,
    resumed,
    stacks: options.stacks === true,
  };
}

async function readResumed(path: string | undefined): Promise<ResultFile | undefined> {
  if (path === undefined) return undefined;
  const { readResult } = await import('../../experiment/resume.ts');
  return readResult(path);
}

/** Where the raw result of a run is kept. */
export function resultFileOf({ results, resume }: Pick<MatrixOptions, 'results' | 'resume'>, command: string): string {
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return results ?? resume ?? join(cacheFolder(), 'results', `${command}-${stamp}.json`);
}
