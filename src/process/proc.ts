import { readFile } from 'node:fs/promises';
import { parseKiBFields } from '../parse/proc-fields.ts';

export interface ResidentMemory {
  rssBytes: number;
  anonymousBytes?: number;
  swapBytes?: number;
}

/** Resident memory from smaps_rollup: exact, 0.5 ms and more with the number of mappings. Rejects when the process is gone. */
export async function readResidentMemory(pid: number): Promise<ResidentMemory> {
  const fields = parseKiBFields(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));
  const rssBytes = fields.get('Rss');
  if (rssBytes === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no Rss: the process has ended`);
  const anonymousBytes = fields.get('Anonymous');
  const swapBytes = fields.get('Swap');
  return {
    rssBytes,
    ...(anonymousBytes === undefined ? {} : { anonymousBytes }),
    ...(swapBytes === undefined ? {} : { swapBytes }),
  };
}
