import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileWhenNewer } from '../../compile-when-newer.ts';
import { sameEverywhere } from '../../compiler-flags.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folders = ['native/inspect', 'native/owners/hotspot'].map((folder) => join(root, folder));
const source = join(root, 'test/native/owners/hotspot_scan.c');

/** Of the objects of a class. */
export interface ClassScan {
  objects: number;
  /** That a collection is moving. */
  moving: number;
  /** Different ones in their field `address`. */
  addresses: number;
  /** To which a reference was found. */
  held: number;
  /** Words with such an address, by "class.field" of the object that has them. */
  owners: Record<string, number>;
  /** References to the objects, the same way. */
  holders: Record<string, number>;
  /** Objects of any class, and words that are in none. */
  allObjects: number;
  unparsedWords: number;
}

export interface Scan {
  status: number | string;
  output: string;
  /** Where there is no HotSpot. */
  why?: string;
  version: number;
  collector: number;
  classes: number;
  unnamed: number;
  threads: Record<string, number>;
  /** Static fields at low offsets, of those classes: `java.lang.Long.MIN_VALUE 16`. */
  statics: string[];
  /** Where it has its memory: `10000000-20000000 heap`. */
  places: string[];
  of: Record<string, ClassScan>;
}

/** Compiles the scan of a JVM. `sanitizer`: address, undefined. */
export function compileScan(sanitizer = ''): string {
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const sources = files.filter((file) => file.endsWith('.c'));
  // The sanitizer's looks at little: it is compiled in half the time.
  const speed = sanitizer === '' ? '-O2' : '-O1';
  const flags = ['-std=c11', speed, '-g1', '-Wall', '-Wextra', '-Werror', '-pthread', ...folders.map((folder) => `-I${folder}`)];
  const checks = sanitizer === '' ? [] : [`-fsanitize=${sanitizer}`, '-fno-sanitize-recover=all'];
  const output = join(root, 'build/test-programs', `hotspot_scan${sanitizer === '' ? '' : '-sanitized'}`);
  return compileWhenNewer(output, [source, ...files], 'cc', [...sameEverywhere, ...flags, ...checks, source, ...sources, '-lm']);
}

/** Looks at a JVM from outside. */
export function scan(pid: number, classes: readonly string[] = [], program = compileScan()): Scan {
  const { status, signal, stdout, stderr } = spawnSync(program, [String(pid), ...classes], {
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 2 ** 28,
    env: { ...process.env, ASAN_OPTIONS: 'allocator_may_return_null=1' },
  });
  const result: Scan = {
    status: status ?? signal ?? '',
    output: stdout + stderr,
    version: 0,
    collector: -1,
    classes: 0,
    unnamed: 0,
    threads: {},
    statics: [...stdout.matchAll(/^static (.*)$/gm)].map(([, field = '']) => field),
    places: [...stdout.matchAll(/^place (.*)$/gm)].map(([, place = '']) => place),
    of: {},
  };
  let current = emptyScan();
  for (const line of stdout.split('\n')) {
    const numbers = (pattern: RegExp) => pattern.exec(line)?.slice(1);
    const [version, collector, known, unnamed] = numbers(/^version (\d+) collector (\d+) classes (\d+) unnamed (\d+)/) ?? [];
    if (version !== undefined)
      Object.assign(result, { version: +version, collector: Number(collector), classes: Number(known), unnamed: Number(unnamed) });
    const why = numbers(/ why (.*) ms /);
    if (why) result.why = why[0] ?? '';
    const [tid, name] = numbers(/^thread (\d+) (.*)$/) ?? [];
    if (name !== undefined) result.threads[name] = Number(tid);
    const [all, unparsed] = numbers(/^objects (\d+) unparsed_words (\d+)$/) ?? [];
    if (all !== undefined) current = { ...emptyScan(), allObjects: Number(all), unparsedWords: Number(unparsed) };
    const [of, objects, moving, addresses] = numbers(/^class (\S+) objects (\d+) moving (\d+) addresses (\d+)/) ?? [];
    if (of !== undefined)
      result.of[of] = Object.assign(current, { objects: Number(objects), moving: Number(moving), addresses: Number(addresses) });
    const [held] = numbers(/^held (\d+) of/) ?? [];
    if (held !== undefined) current.held = Number(held);
    const [kind, owner, count, field] = numbers(/^(owner|holder) (\S+) count (\d+) field (.*)$/) ?? [];
    if (owner !== undefined) current[kind === 'owner' ? 'owners' : 'holders'][`${owner}.${field}`] = Number(count);
  }
  return result;
}

function emptyScan(): ClassScan {
  return { objects: 0, moving: 0, addresses: 0, held: 0, owners: {}, holders: {}, allObjects: 0, unparsedWords: 0 };
}
