import { type Command, Option } from 'commander';
import type { TendOptions } from '../../exporter/tend/tending.ts';
import { OffheapError } from '../../model/errors.ts';
import { parseByteSize, parseDurationWithin, parsePercent } from '../../model/units.ts';
import { moreOption } from '../help/more-options.ts';

/** When a process is told to give memory back: the same options for each command that does so. */
export interface TendRuleOptions {
  above: string;
  for: string;
  idleBelow: string;
  maxPause: string;
  loadAgent?: boolean;
  dryRun?: boolean;
}

const keptForBounds = { min: '1s', max: '24h' };
const pauseBounds = { min: '1ms', max: '1m' };
/** A hundred cores. */
const mostPercent = 10_000;

const definitions = [
  ['--dry-run', 'tell no process anything; print what would come back'],
  ['--above <size>', 'least idle memory that is worth a trim', '128MB'],
  ['--for <duration>', 'least time for which a process has kept it', '5m'],
  ['--idle-below <percent>', 'most that a process may use of one core meanwhile', '20%'],
  ['--max-pause <duration>', 'longest time that a trim is expected to take', '250ms'],
  ['--load-agent', 'have a JVM load an agent where nothing else can tell its allocator: jemalloc, tcmalloc, mimalloc, old JDKs'],
] as const;

/** `areMore`: a first screen of help leaves them out. */
export function addTendOptions(command: Command, { areMore }: { areMore: boolean }): void {
  for (const [flags, description, fallback] of definitions)
    command.addOption(areMore ? moreOption(flags, description, fallback) : new Option(flags, description).default(fallback));
}

export function parseTendRules(options: TendRuleOptions, everyMs: number): TendOptions {
  return {
    aboveBytes: parseByteSize(options.above, '--above'),
    keptForMs: parseDurationWithin(options.for, '--for', keptForBounds),
    idleBelowShare: parsePercent(options.idleBelow, '--idle-below', { most: mostPercent }),
    maxPauseMs: parseDurationWithin(options.maxPause, '--max-pause', pauseBounds),
    everyMs,
    loadsAgent: options.loadAgent === true,
    isDryRun: options.dryRun === true,
  };
}

/** @throws OffheapError USAGE where one of them was given, and does nothing without --tend */
export function requireTend(command: Command): void {
  for (const [flags] of definitions) {
    const option = new Option(flags);
    if (command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    throw new OffheapError('USAGE', `Expected --tend with ${option.long}, which says when a process is told to give memory back.`);
  }
}
