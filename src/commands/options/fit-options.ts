import type { Command } from 'commander';
import type { FitRequest } from '../../experiment/fit.ts';
import { OffheapError } from '../../model/errors.ts';
import { type Pin, pins } from '../../model/pin.ts';
import { parseByteSize, parseDuration, parseInteger, quote } from '../../model/units.ts';
import { moreOption } from '../help/more-options.ts';

/** Options of the search for the smallest memory limit. */
export interface FitLimitOptions {
  repeats: string;
  resolution: string;
  maxSlowdown: string;
  pinJvm?: Pin;
  confirm: string;
  findHeap?: string;
  timeout: string;
}

/** A limit is kept to in pages, of which 64 KiB are the largest. */
const leastResolutionBytes = 65_536;

export function addFitLimitOptions(command: Command, prefix = ''): Command {
  return command
    .addOption(moreOption('--resolution <size>', `${prefix}how closely to find the limit`, '8m'))
    .addOption(
      moreOption('--pin-jvm [what]', `${prefix}keep the JVM's own choice without a limit: its collector, or its heap too`)
        .choices(pins)
        .preset(pins[0]),
    )
    .addOption(
      moreOption(
        '--confirm <n>',
        `${prefix}attempts at the limit with its headroom; 59 that survive show that 95 % of runs do`,
        '0',
      ),
    )
    .addOption(
      moreOption('--max-slowdown <ratio>', `${prefix}an attempt fails that takes this many times as long as without a limit`, '3'),
    );
}

/** How a limit is looked for. */
export type FitLimits = Pick<
  FitRequest,
  'repeats' | 'resolutionBytes' | 'maxSlowdown' | 'pinJvm' | 'confirm' | 'heapPercentages' | 'timeoutMs'
>;

export function parseFitLimits({
  repeats,
  resolution,
  maxSlowdown,
  pinJvm,
  confirm,
  findHeap,
  timeout,
}: FitLimitOptions): FitLimits {
  const slowdown = Number(maxSlowdown);
  if (!(slowdown > 1)) {
    throw new OffheapError('USAGE', `Expected --max-slowdown to be a number above 1, got ${quote(maxSlowdown)}.`);
  }
  const resolutionBytes = parseByteSize(resolution, '--resolution');
  if (resolutionBytes < leastResolutionBytes || resolutionBytes % leastResolutionBytes !== 0) {
    throw new OffheapError('USAGE', `Expected --resolution to be a multiple of 64k, the largest page, got ${quote(resolution)}.`);
  }
  return {
    repeats: parseInteger(repeats, '--repeats', { min: 1, max: 1000 }),
    resolutionBytes,
    maxSlowdown: slowdown,
    pinJvm,
    heapPercentages: findHeap === undefined ? undefined : parsePercentages(findHeap),
    confirm: parseInteger(confirm, '--confirm', { min: 0, max: 1000 }),
    timeoutMs: parseDuration(timeout, '--timeout'),
  };
}

/** Nobody tells 61 % from 62 %, and each step is some attempts. */
const percentageStep = 5;

/** `25-80` → 25, 30 … 80. */
function parsePercentages(text: string): number[] {
  const [, from, to] = (/^(\d{1,2})-(\d{1,2})$/.exec(text) ?? []).map(Number);
  if (from === undefined || to === undefined || from < 1 || from > to)
    throw new OffheapError('USAGE', `Expected --find-heap to be a range of percentages such as 25-80, got ${quote(text)}.`);
  return Array.from({ length: Math.floor((to - from) / percentageStep) + 1 }, (_, at) => from + at * percentageStep);
}

/** What a JVM's own arguments say of its heap counts more than a percentage. */
export function requireFreeHeap(words: readonly string[]): void {
  const own = words.find((word) => /^-(?:Xmx|XX:(?:MaxHeapSize|MaxRAMPercentage|MinRAMPercentage|MaxRAMFraction)=)/.test(word));
  if (own !== undefined)
    throw new OffheapError(
      'USAGE',
      `Expected a command that leaves the size of the heap to --find-heap, got ${quote(own)} in it. Leave that out.`,
    );
}
