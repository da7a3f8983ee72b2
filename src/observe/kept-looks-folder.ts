import { type Dir, opendirSync } from 'node:fs';
import type { KeptLooks } from '../model/kept-looks.ts';
import { temporaryName } from '../process/whole-file.ts';

/** What names a process for good, and its file in a folder of kept looks. */
export type LooksKey = Pick<KeptLooks, 'bootId' | 'pid' | 'startTimeTicks'>;

export interface LooksFile extends LooksKey {
  /** In the folder. */
  name: string;
}

export interface LooksListing {
  files: LooksFile[];
  /** Of exporters that were killed while they wrote. */
  leftovers: string[];
  /** There is more in the folder than was read. */
  isCut: boolean;
}

/** What others put into the folder is passed over, as long as it is no more than this. */
const mostEntries = 20_000;

const pattern = /^looks-([\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})-(\d{1,10})-(\d{1,16})\.json$/;

export function looksFileName({ bootId, pid, startTimeTicks }: LooksKey): string {
  return `looks-${bootId}-${pid}-${startTimeTicks}.json`;
}

/** By their names, in no order. @throws the system's error */
export function listLooksFiles(folder: string, most = mostEntries): LooksListing {
  const files: LooksFile[] = [];
  const leftovers: string[] = [];
  const opened = opendirSync(folder);
  try {
    for (const name of namesIn(opened, most)) {
      const [, bootId, pid, ticks] = pattern.exec(name) ?? [];
      if (bootId !== undefined) files.push({ name, bootId, pid: Number(pid), startTimeTicks: Number(ticks) });
      else if (temporaryName.test(name)) leftovers.push(name);
    }
    return { files, leftovers, isCut: opened.readSync() !== null };
  } finally {
    opened.closeSync();
  }
}

function* namesIn(folder: Dir, most: number): Generator<string> {
  for (let read = 0; read < most; read++) {
    const entry = folder.readSync();
    if (!entry) return;
    yield entry.name;
  }
}
