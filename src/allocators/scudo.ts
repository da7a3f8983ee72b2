import { readFile } from 'node:fs/promises';
import type { RunnableAllocator } from './allocator.ts';
import { type Asking, compareSettings, nothingRead, type ReadBack } from './asking.ts';
import type { Setting } from './setting.ts';

/** Milliseconds between two times that free pages go back (compiler-rt: scudo/standalone/flags.inc; 5,000 where nothing else is said). */
const releaseInterval: Setting = { name: 'release_to_os_interval_ms', equals: '=', variable: 'SCUDO_OPTIONS', separator: ':' };

/** LLVM's hardened allocator: a library of compiler-rt, and linked into a program by -fsanitize=scudo. */
export const scudo: RunnableAllocator = {
  recognition: { file: /^libclang_rt\.scudo[\w-]*\.so/, exports: /^__scudo_print_stats$/, inProgram: 'Scudo ERROR: ' },
  variables: /^SCUDO_OPTIONS$/,
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'meter' },
  origin: 'package',
  configurations: {
    scudo: { group: 'more', summary: "LLVM's hardened one, as it comes: free pages go back when more is freed, every 5 s at most" },
    'scudo-release1s': {
      group: 'more',
      assignments: [[releaseInterval, '1000']],
      summary: 'free pages go back when more is freed, every second at most',
    },
  },
  space: [[[], [[releaseInterval, '1000']], [[releaseInterval, '0']]]],
  readBack: findOptionNames,
};

/** It passes over options that it does not know; what can be told is that the library has one of that name. */
async function findOptionNames({ env, library }: Asking): Promise<ReadBack> {
  const options = env['SCUDO_OPTIONS'];
  if (options === undefined) return nothingRead;
  const bytes = await readFile(library);
  const wanted = options
    .split(/[:, ]/)
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => [pair.split('=')[0] ?? '', pair]);
  return compareSettings(wanted, (name) =>
    bytes.includes(`${name}\0`) ? {} : { problem: `${library} does not know the option ${name}` },
  );
}
