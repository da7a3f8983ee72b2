import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileWhenNewer } from '../../compile-when-newer.ts';
import { sameEverywhere } from '../../compiler-flags.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const inspect = join(root, 'native/inspect');
const hotspot = join(root, 'native/owners/hotspot');
/** Of native/inspect, what reads memory of a process or of its core: the rest knows malloc, and takes as long to compile as all of this. */
const readers = [
  'core_file',
  'core_maps',
  'core_notes',
  'core_pages',
  'deadline',
  'page_bits',
  'page_map',
  'page_size',
  'proc_maps',
  'remote',
  'target',
  'thread',
];
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

const filesOf = (folder: string, ending: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));

/** Compiles the scan of a JVM. `sanitizer`: address, undefined. */
export function compileScan(sanitizer = ''): string {
  const headers = [inspect, hotspot].flatMap((folder) => filesOf(folder, '.h'));
  const sources = [source, ...readers.map((name) => join(inspect, `${name}.c`)), ...filesOf(hotspot, '.c')];
  const flags = ['-std=c11', '-O1', '-g1', '-Wall', '-Wextra', '-Werror', '-pthread', `-I${inspect}`, `-I${hotspot}`];
  const checks = sanitizer === '' ? [] : [`-fsanitize=${sanitizer}`, '-fno-sanitize-recover=all'];
  const output = join(root, 'build/test-programs', `hotspot_scan${sanitizer === '' ? '' : '-sanitized'}`);
  return compileWhenNewer(output, [...headers, ...sources], 'cc', [...sameEverywhere, ...flags, ...checks, ...sources, '-lm']);
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
