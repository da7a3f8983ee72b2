import type { DeadSource } from '../../model/dead.ts';
import { isHsErr } from '../../parse/hs-err.ts';

/** Of a chunk of a recording (jdk: jfrChunkWriter.cpp). */
const recordingMagic = Buffer.from('FLR\0', 'latin1');
const elfMagic = Buffer.from('\x7fELF', 'latin1');
/** e_type ET_CORE, of either byte order; it lies behind the 16 bytes of e_ident. */
const [typeAt, coreType] = [16, 4];

/** What a file is, by how it begins; `core` is known, and not read. Undefined of any other. */
export function recognise(head: Buffer): DeadSource | 'core' | undefined {
  if (head.subarray(0, recordingMagic.length).equals(recordingMagic)) return 'jfr';
  if (head.subarray(0, elfMagic.length).equals(elfMagic) && head.length > typeAt + 1)
    return [head[typeAt], head[typeAt + 1]].includes(coreType) ? 'core' : undefined;
  return isHsErr(head.toString('latin1')) ? 'hs_err' : undefined;
}
