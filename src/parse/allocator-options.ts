/** Output of `ld.so --list-tunables` (glibc 2.33 and later), lines `name: value (min: …, max: …)` → value by name. Strings are left out. */
export function parseTunables(text: string): Map<string, bigint> {
  const tunables = new Map<string, bigint>();
  for (const [, name = '', value = ''] of text.matchAll(/^(glibc\.[\w.]+): (0x[\da-f]+|\d+)/gm)) tunables.set(name, BigInt(value));
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
  const complaints = [...text.matchAll(/^<jemalloc>: (.*)$/gm)].map(([, complaint = '']) => complaint);
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

/** What mimalloc writes to stderr with `MIMALLOC_VERBOSE=1`, lines `mimalloc: option 'name': value` → value by name. */
export function parseMimallocOptions(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^mimalloc: option '(\w+)': (\S+)/gm)].map(([, name = '', value = '']) => [name, value]));
}
