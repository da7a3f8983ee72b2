import type { DeadSource } from '../../model/dead.ts';
import { isHsErr } from '../../parse/hs-err.ts';
import { type Packing, unpackedHead } from '../../process/unpack.ts';

/** Of a chunk of a recording (jdk: jfrChunkWriter.cpp). */
const recordingMagic = Buffer.from('FLR\0', 'latin1');
const elfMagic = Buffer.from('\x7fELF', 'latin1');
/** e_type ET_CORE, of either byte order; it lies behind the 16 bytes of e_ident. */
const [typeAt, coreType] = [16, 4];

/** What a file is, by how it begins. Undefined of any other than those that are read. */
export function recognise(head: Buffer): DeadSource | undefined {
  if (head.subarray(0, recordingMagic.length).equals(recordingMagic)) return 'jfr';
  if (head.subarray(0, elfMagic.length).equals(elfMagic) && head.length > typeAt + 1)
    return [head[typeAt], head[typeAt + 1]].includes(coreType) ? 'core' : undefined;
  return isHsErr(head.toString('latin1')) ? 'hs_err' : undefined;
}

const packings: readonly (readonly [Packing, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['lz4', Buffer.from([0x04, 0x22, 0x4d, 0x18])],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
];

/** By which program a file was compressed, by how it begins. */
export function packingOf(head: Buffer): Packing | undefined {
  return packings.find(([, magic]) => head.subarray(0, magic.length).equals(magic))?.[0];
}

/** What a file is; of a compressed one, what is in it. @throws OffheapError MISSING_TOOL where a program is missing that unpacks it */
export async function recognisePath(path: string, head: Buffer): Promise<{ kind: DeadSource | undefined; packing?: Packing }> {
  const packing = packingOf(head);
  if (packing === undefined) return { kind: recognise(head) };
  return { kind: recognise(await unpackedHead(path, packing)), packing };
}
