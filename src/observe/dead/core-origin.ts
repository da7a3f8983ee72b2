import { constants } from 'node:os';
import type { CoreOrigin } from '../../model/core-origin.ts';
import type { CoreFile } from '../../native/core-file.ts';

/** Of two names of one signal the first: SIGABRT, not SIGIOT. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** How a core file came to be. */
export function originOf({ isByKernel, hasPageHoles, isCounted, signal }: CoreFile): CoreOrigin {
  return {
    writer: isByKernel ? 'kernel' : 'debugger',
    ...(isByKernel && signal > 0 ? { signal: signalNames.get(signal) ?? `signal ${signal}` } : {}),
    pages: hasPageHoles ? 'holes' : isCounted ? 'content' : 'dumped',
  };
}
