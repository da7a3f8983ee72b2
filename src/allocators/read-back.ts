import { readFile } from 'node:fs/promises';
import { mimallocMeans, parseJemallocOptions, parseMimallocOptions, parseTunables } from '../parse/allocator-options.ts';
import { plainPath } from '../process/plain-path.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { Captured, ProcessRunner } from '../process/runner.ts';
import type { AllocatorKey } from './registry.ts';

export interface ReadBack {
  /** Settings as the allocator itself says that it took them. */
  settings: Record<string, string>;
  /** Settings that it did not take, a sentence each. */
  problems: string[];
}

export interface ReadBackRequest {
  allocator: AllocatorKey;
  /** The configuration's variables. */
  env: Readonly<Record<string, string>>;
  /** The file that serves malloc. */
  library: string;
  /** The dynamic loader of the process; undefined for a static program. */
  loader: string | undefined;
  capture: ProcessRunner['capture'];
}

const nothing: ReadBack = { settings: {}, problems: [] };

/** Older variables that glibc still reads, by the tunable they set (elf/dl-tunables.list). */
const tunableOfVariable: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: 'glibc.malloc.arena_max',
  MALLOC_ARENA_TEST: 'glibc.malloc.arena_test',
  MALLOC_MMAP_MAX_: 'glibc.malloc.mmap_max',
  MALLOC_MMAP_THRESHOLD_: 'glibc.malloc.mmap_threshold',
  MALLOC_TOP_PAD_: 'glibc.malloc.top_pad',
  MALLOC_TRIM_THRESHOLD_: 'glibc.malloc.trim_threshold',
};

/** mimalloc's names of one option in its versions: setting them all is no mistake, though each version knows only its own. */
const renamedMimallocOptions = [['decommit_delay', 'purge_delay', 'reset_delay']];

/**
 * Asks the allocator, in a short process with the same settings, what it made of them: a misspelt name or a value out of range is silently
 * ignored by most. An allocator without a way to ask has nothing read back.
 */
export async function readBackSettings(request: ReadBackRequest): Promise<ReadBack> {
  if (Object.keys(request.env).length === 0) return nothing;
  return readers[request.allocator](request);
}

const readers: Record<AllocatorKey, (request: ReadBackRequest) => Promise<ReadBack>> = {
  glibc: readTunables,
  jemalloc: readJemalloc,
  mimalloc: readMimalloc,
  tcmalloc: findVariableNames,
  mmap: async () => nothing,
};

async function readTunables({ env, loader, capture }: ReadBackRequest): Promise<ReadBack> {
  const listed = loader === undefined ? undefined : await capture(loader, ['--list-tunables'], { env });
  const tunables = parseTunables(listed?.stdout ?? '');
  if (tunables.size === 0) return nothing;
  return compare(wantedTunables(env), (name, value) => {
    const effective = tunables.get(name);
    if (effective === undefined) return { problem: `this glibc has no tunable ${name}` };
    const isInForce = /^(0x[\da-f]+|\d+)$/i.test(value) && BigInt(value) === effective;
    return isInForce ? { effective: value } : { problem: `glibc runs with ${name}=${effective}, expected ${value}` };
  });
}

/** A tunable wins over the variable of the same meaning. */
function wantedTunables(env: ReadBackRequest['env']): [string, string][] {
  const wanted = new Map<string, string>();
  for (const [variable, value] of Object.entries(env)) {
    const tunable = tunableOfVariable[variable];
    if (tunable !== undefined) wanted.set(tunable, value);
  }
  for (const pair of (env['GLIBC_TUNABLES'] ?? '').split(':').filter((text) => text !== '')) {
    const [name = '', value = ''] = pair.split('=');
    if (name.startsWith('glibc.malloc.')) wanted.set(name, value);
  }
  return [...wanted];
}

async function readJemalloc({ env, library, capture }: ReadBackRequest): Promise<ReadBack> {
  const conf = env['MALLOC_CONF'];
  if (conf === undefined) return nothing;
  const asking = `${conf},stats_print:true,stats_print_opts:Jmdablxe`;
  const asked = await askUnder(library, { ...env, MALLOC_CONF: asking }, capture);
  const reported = parseJemallocOptions(asked?.stderr ?? '');
  if (!reported) return nothing;
  const wanted = conf.split(',').map((pair): [string, string] => {
    const [name = '', ...value] = pair.split(':');
    return [name, value.join(':')];
  });
  const { settings, problems } = compare(wanted, (name, value) => {
    const effective = reported.options.get(name);
    // Some options are not listed; jemalloc complains of those that it does not know.
    if (effective === undefined || effective === value) return { effective };
    return { problem: `jemalloc runs with ${name}:${effective}, expected ${value}` };
  });
  return { settings, problems: [...reported.complaints.map((complaint) => `jemalloc says: ${complaint}`), ...problems] };
}

async function readMimalloc({ env, library, capture }: ReadBackRequest): Promise<ReadBack> {
  const asked = await askUnder(library, { ...env, MIMALLOC_VERBOSE: '1' }, capture);
  const options = parseMimallocOptions(asked?.stderr ?? '');
  if (options.size === 0) return nothing;
  const wanted = Object.entries(env)
    .filter(([variable]) => variable.startsWith('MIMALLOC_'))
    .map(([variable, value]): [string, string] => [variable.slice('MIMALLOC_'.length).toLowerCase(), value]);
  const names = new Set(wanted.map(([name]) => name));
  const isKnownOtherwise = (name: string) =>
    renamedMimallocOptions.some((group) => group.includes(name) && group.some((other) => names.has(other) && options.has(other)));
  return compare(wanted, (name, value) => {
    const effective = options.get(name);
    if (effective !== undefined && mimallocMeans(name, effective, value)) return { effective };
    if (effective !== undefined) return { problem: `mimalloc runs with ${name}=${effective}, expected ${value}` };
    return isKnownOtherwise(name) ? {} : { problem: `this mimalloc has no option ${name}` };
  });
}

/** What a short program under the allocator writes. */
function askUnder(
  library: string,
  env: ReadBackRequest['env'],
  capture: ReadBackRequest['capture'],
): Promise<Captured | undefined> {
  return withPrivateFolder((folder) => capture('true', [], { env: { ...env, LD_PRELOAD: plainPath(library, folder) } }));
}

/** gperftools says nothing of its settings; what can be told is that the library looks for a variable of that name. */
async function findVariableNames({ env, library }: ReadBackRequest): Promise<ReadBack> {
  const bytes = await readFile(library);
  return compare(Object.entries(env), (name) =>
    bytes.includes(`${name}\0`) ? {} : { problem: `${library} does not know the variable ${name}` },
  );
}

function compare(
  wanted: readonly [string, string][],
  judge: (name: string, value: string) => { effective?: string | undefined; problem?: string },
): ReadBack {
  const result: ReadBack = { settings: {}, problems: [] };
  for (const [name, value] of wanted) {
    const { effective, problem } = judge(name, value);
    if (problem !== undefined) result.problems.push(problem);
    if (effective !== undefined) result.settings[name] = effective;
  }
  return result;
}
