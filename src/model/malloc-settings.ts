import { z } from 'zod';
import { OffheapError } from './errors.ts';
import { parseByteSize, parseInteger, quote } from './units.ts';

/** `free` looks at the top of an arena where the free chunk there is as large: FASTBIN_CONSOLIDATION_THRESHOLD of glibc's malloc.c. */
const leastThresholdBytes = 65_536;
/** mallopt(3) takes an int. */
const mostThresholdBytes = 1_073_741_824;
const mostArenas = 1024;

/** What can be set of glibc's malloc while the process runs, by mallopt(3). It is as before when the process starts again. */
export const mallocSettings = z.strictObject({
  /** M_TRIM_THRESHOLD, from 65,536 bytes to 1 GiB: `free` gives back what lies free at the top of an arena beyond that. */
  trimThresholdBytes: z.int().min(leastThresholdBytes).max(mostThresholdBytes).exactOptional(),
  /** M_ARENA_MAX, from 1 to 1,024: how many arenas may be made. Those that there are stay. */
  arenaMax: z.int().min(1).max(mostArenas).exactOptional(),
});
/** What can be set of glibc's malloc while the process runs. */
export type MallocSettings = z.infer<typeof mallocSettings>;

/** By the names that GLIBC_TUNABLES has for them. */
export const mallocSettingNames = ['trim_threshold', 'arena_max'] as const;
export type MallocSettingName = (typeof mallocSettingNames)[number];

const parsers: Record<MallocSettingName, (text: string) => MallocSettings> = {
  trim_threshold: (text) => ({ trimThresholdBytes: parseThreshold(text) }),
  arena_max: (text) => ({ arenaMax: parseInteger(text, '--set=arena_max', { min: 1, max: mostArenas }) }),
};

/** `trim_threshold=128k`, `arena_max=4`, or both with a comma between them. */
export function parseMallocSettings(text: string): MallocSettings {
  const parts = text.split(',').map((part) => {
    const [name = '', value = ''] = part.split(/=(.*)/s);
    const parse = Object.hasOwn(parsers, name) ? parsers[name as MallocSettingName] : undefined;
    if (!parse)
      throw new OffheapError('USAGE', `Expected --set to be trim_threshold=SIZE, arena_max=NUMBER or both, got ${quote(text)}.`);
    return parse(value);
  });
  return Object.assign({}, ...parts) as MallocSettings;
}

function parseThreshold(text: string): number {
  const bytes = parseByteSize(text, '--set=trim_threshold');
  if (bytes >= leastThresholdBytes && bytes <= mostThresholdBytes) return bytes;
  throw new OffheapError('USAGE', `Expected --set=trim_threshold to be a size from 64k to 1g, got ${quote(text)}.`);
}

/** Name and value, in the order of the names. */
export function listMallocSettings({ trimThresholdBytes, arenaMax }: MallocSettings): [MallocSettingName, number][] {
  return [
    ...(trimThresholdBytes === undefined ? [] : [['trim_threshold', trimThresholdBytes] as [MallocSettingName, number]]),
    ...(arenaMax === undefined ? [] : [['arena_max', arenaMax] as [MallocSettingName, number]]),
  ];
}
