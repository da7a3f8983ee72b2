import { readFile } from 'node:fs/promises';
import type { RunnableAllocator } from './allocator.ts';
import { type Asking, compareSettings, type ReadBack } from './asking.ts';
import { type Assignment, variable } from './setting.ts';

const aggressiveDecommit = variable('TCMALLOC_AGGRESSIVE_DECOMMIT');
const decommitting: Assignment = [aggressiveDecommit, 't'];

/** Bytes, of all threads together; 32 MiB where nothing is said (gperftools 2.10, src/thread_cache.h). */
const threadCaches = variable('TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES');

/** gperftools. */
export const tcmalloc: RunnableAllocator = {
  // Google's own tcmalloc has other functions, and reads none of these variables.
  recognition: { file: /^libtcmalloc[\w-]*\.so/, exports: /^tc_malloc_skip_new_handler$/, inProgram: 'TCMALLOC_' },
  variables: /^TCMALLOC_/,
  profilerVariables: /^(?:HEAPPROFILE|HEAPCHECK)$/,
  sight: { byInspector: false, byJvm: false, byAgent: true, liveBytes: 'meter' },
  origin: 'package',
  configurations: {
    tcmalloc: { summary: 'gperftools, as it comes' },
    'tcmalloc-decommit': { assignments: [decommitting], summary: 'free spans go back to the system at once' },
  },
  space: [
    [[], [decommitting]],
    [[], [[threadCaches, '4194304']]],
  ],
  purge: () => ({
    action: 'Give free spans back at once.',
    assignments: [decommitting],
    unless: [[aggressiveDecommit]],
    reachesIdleThreads: true,
  }),
  // kPageShift is 13 where it was not configured otherwise (gperftools 2.10, src/common.h).
  freePages: { records: 'spans', pageBytes: 8192 },
  readBack: findVariableNames,
};

/** It says nothing of its settings; what can be told is that the library looks for a variable of that name. */
async function findVariableNames({ env, library }: Asking): Promise<ReadBack> {
  const bytes = await readFile(library);
  return compareSettings(Object.entries(env), (name) =>
    bytes.includes(`${name}\0`) ? {} : { problem: `${library} does not know the variable ${name}` },
  );
}
