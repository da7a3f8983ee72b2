import { matchLines } from './lines.ts';

/** Output of `ld.so --list-tunables` (glibc 2.33 and later), lines `name: value (min: …, max: …)` → value by name. Strings are left out. */
export function parseTunables(text: string): Map<string, bigint> {
  const tunables = new Map<string, bigint>();
  for (const [, name = '', value = ''] of matchLines(text, /^(glibc\.[\w.]+): (0x[\da-f]{1,16}|\d{1,20})(?![\da-f])/)) {
    tunables.set(name, BigInt(value));
  }
  return tunables;
}

export interface JemallocOptions {
  version: string;
  /** Effective options by name, as jemalloc spells their values. */
  options: Map<string, string>;
  /** What it said of options that it did not take. */
  complaints: string[];
}

/** What jemalloc writes to stderr with `stats_print:true,stats_print_opts:Jmdablxe`; undefined when that has no JSON of its options. */
export function parseJemallocOptions(text: string): JemallocOptions | undefined {
  const complaints = [...matchLines(text, /^<jemalloc>: (.*)/)].map(([, complaint = '']) => complaint);
  // Not the whole: 5.2 breaks off in the middle of what follows.
  const [, version = ''] = /"version":\s*"([^"]*)"/.exec(text) ?? [];
  const [, opt] = /"opt":\s*(\{[^{}]*\})/.exec(text) ?? [];
  if (opt === undefined) return undefined;
  try {
    const options = Object.entries(JSON.parse(opt)).map(([name, value]): [string, string] => [name, String(value)]);
    return { version, options: new Map(options), complaints };
  } catch {
    return undefined;
  }
}

/** What mimalloc writes to stderr with `MIMALLOC_VERBOSE=1`, lines `mimalloc: option 'name': value` → value by name, with its unit (2.1: `64 KiB`). */
export function parseMimallocOptions(text: string): Map<string, string> {
  return new Map(
    [...matchLines(text, /^mimalloc: option '(\w+)': (\S+(?: KiB)?)/)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** mimalloc 2.0 writes these sizes without their unit. */
const sizesInKiB = ['reserve_os_memory', 'arena_reserve'];

/** A variable's value as mimalloc takes it: words for 0 and 1, and sizes in bytes or with a unit, rounded up to KiB. */
export function mimallocMeans(name: string, reported: string, wanted: string): boolean {
  const effective = Number.parseInt(reported, 10);
  const word = wanted.toLowerCase();
  if (/^(true|yes|on)$/.test(word)) return effective === 1;
  if (/^(false|no|off)$/.test(word)) return effective === 0;
  if (!reported.endsWith('KiB') && !sizesInKiB.includes(name)) return reported === wanted;
  const [, digits, unit] = /^(\d+)(?:([kmgt])?(?:i?b)?)$/.exec(word) ?? [];
  if (digits === undefined) return false;
  const kibibytes = unit === undefined ? Math.ceil(Number(digits) / 1024) : Number(digits) * 1024 ** 'kmgt'.indexOf(unit);
  return effective === kibibytes;
}
