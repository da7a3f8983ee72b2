import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { processorMsOf } from './own-processor-time.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Processor time of the file, in ms: of its process, and of the processes that this one has waited for. */
    processorMs?: number;
  }
}

const now = () => processorMsOf(readFileSync('/proc/self/stat', 'latin1'));

// Of every file (setupFiles): the report has it beside the file's time, and what computes can be told from what waits.
const before = now();
// biome-ignore lint/correctness/noEmptyPattern: vitest takes a hook whose first parameter is no pattern for a mistake.
afterAll(({}, file) => {
  file.meta.processorMs = now() - before;
});
