import { constants } from 'node:os';
import type { CoreOrigin, CoreSource } from '../../model/core-origin.ts';
import { printableName } from '../../model/printable.ts';
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

/** @param path the file as it was named; of an unpacked one that is another */
export function sourceOf(core: CoreFile, path: string): CoreSource {
  return {
    ...{ path: printableName(path), isWhole: !core.isCut, ...originOf(core) },
    ...(core.missingBytes > 0 ? { missingBytes: core.missingBytes } : {}),
  };
}
