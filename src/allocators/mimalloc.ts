import { mimallocMeans, parseMimallocOptions } from '../parse/allocator-options.ts';
import type { Purge, RunnableAllocator } from './allocator.ts';
import { type Asking, askUnder, compareSettings, nothingRead, type ReadBack } from './asking.ts';
import { type Assignment, variable } from './setting.ts';

/** The option's name since 2.1, and until 2.0.9. */
const purgeDelay = variable('MIMALLOC_PURGE_DELAY');
const atOnce: Assignment = [purgeDelay, '0'];
const atOnceFormerly: Assignment = [variable('MIMALLOC_DECOMMIT_DELAY'), '0'];
/** Names of one option in mimalloc's versions: setting them all is no mistake, though each version knows only its own. */
const renamedOptions = [['decommit_delay', 'purge_delay', 'reset_delay']];

export const mimalloc: RunnableAllocator = {
  recognition: { file: /^libmimalloc[\w-]*\.so/, exports: /^mi_version$/, inProgram: 'mimalloc: ' },
  variables: /^MIMALLOC_/,
  sight: { byInspector: false, byJvm: false, byAgent: true, liveBytes: 'meter' },
  origin: 'package',
  configurations: {
    mimalloc: { summary: 'as it comes' },
    'mimalloc-purge0': {
      assignments: [atOnceFormerly, atOnce],
      summary: 'free pages go back at once; before mimalloc 3 only when the thread that owns them allocates again',
    },
  },
  purge,
  // mi_version() of 2.0.9.
  freePages: { records: 'segments', version: '209' },
  readBack: readOptions,
};

/** No setting makes mimalloc 2 take pages from a thread that is idle, as `offheap repro --allocator=mimalloc-purge0` shows. */
function purge(library: string): Purge {
  const reachesIdleThreads = majorOf(library) >= 3;
  return {
    action: reachesIdleThreads
      ? 'Purge free pages at once.'
      : 'Purge free pages at once; but only the thread that owns them does it, when it allocates again.',
    assignments: [atOnce, atOnceFormerly],
    unless: [[purgeDelay]],
    reachesIdleThreads,
  };
}

/** By the library's file name, libmimalloc.so.3.0; 0 where it does not say. */
function majorOf(library: string): number {
  return Number(/libmimalloc[\w-]*\.so\.(\d+)/.exec(library)?.[1] ?? 0);
}

async function readOptions(asking: Asking): Promise<ReadBack> {
  const asked = await askUnder(asking, { ...asking.env, MIMALLOC_VERBOSE: '1' });
  const options = parseMimallocOptions(asked?.stderr ?? '');
  if (options.size === 0) return nothingRead;
  const wanted = Object.entries(asking.env)
    .filter(([name]) => name.startsWith('MIMALLOC_'))
    .map(([name, value]): [string, string] => [name.slice('MIMALLOC_'.length).toLowerCase(), value]);
  const names = new Set(wanted.map(([name]) => name));
  const isKnownOtherwise = (name: string) =>
    renamedOptions.some((group) => group.includes(name) && group.some((other) => names.has(other) && options.has(other)));
  return compareSettings(wanted, (name, value) => {
    const effective = options.get(name);
    if (effective !== undefined && mimallocMeans(name, effective, value)) return { effective };
    if (effective !== undefined) return { problem: `mimalloc runs with ${name}=${effective}, expected ${value}` };
    return isKnownOtherwise(name) ? {} : { problem: `this mimalloc has no option ${name}` };
  });
}
