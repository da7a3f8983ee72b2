import type { Evidence } from '../../model/doctor.ts';
import type { Owner } from '../../model/owners.ts';
import { residentPart } from '../../stats/process-figures.ts';
import type { JavaMaker } from './block-owners.ts';
import { isLarge } from './thresholds.ts';
import { isZlibClass } from './waiting-for-gc.ts';

/** Memory past the Java heap whose addresses Java objects hold. */
export interface OwnedMemory {
  maker: JavaMaker;
  /** Resident, of the blocks themselves: not of what they point to. */
  bytes: number;
  count: number;
  owners: Owner[];
}

/** Its read-only kind owns nothing, and is there where nothing else is found. */
const directBuffer = /^java\.nio\.DirectByteBufferR?$/;
const foreignSegment = /^jdk\.internal\.foreign\./;
const jnaMemory = /^com\.sun\.jna\./;
/** Also where a library carries its own. */
const nettyClass = /(?:^|\.)io\.netty\./;

/** The largest part of it by who has asked for it, where that is large. */
export function ownedMemory(evidence: Evidence): OwnedMemory | undefined {
  const parts = new Map<JavaMaker, Owner[]>();
  for (const owner of evidence.owners?.owners ?? []) {
    const maker = makerOf(evidence, owner);
    if (maker) parts.set(maker, [...(parts.get(maker) ?? []), owner]);
  }
  const summed = [...parts].map(([maker, owners]) => sumUp(evidence, maker, owners)).sort((a, b) => b.bytes - a.bytes);
  const [largest] = summed;
  return largest && isLarge(evidence, largest.bytes) ? largest : undefined;
}

function sumUp(evidence: Evidence, maker: JavaMaker, owners: Owner[]): OwnedMemory {
  const allocatedBytes = owners.reduce((sum, { directBytes }) => sum + directBytes, 0);
  const count = owners.reduce((sum, { directBlocks }) => sum + directBlocks, 0);
  return { maker, bytes: residentPart(evidence, allocatedBytes) ?? 0, count, owners };
}

/** Blocks that native code has made for a class are small themselves, and lead to others. */
function makerOf(evidence: Evidence, { kind, name, directBytes, held }: Owner): JavaMaker | undefined {
  if (kind !== 'java' || isZlibClass(name)) return undefined;
  if (directBuffer.test(name)) {
    const isNettys = held?.holders.some((holder) => holder.kind === 'strong' && nettyClass.test(holder.name));
    return isNettys ? 'Netty' : 'direct buffers';
  }
  if (foreignSegment.test(name)) return 'FFM';
  if (jnaMemory.test(name)) return 'JNA';
  if (nettyClass.test(name)) return 'Netty';
  const isUnsafe =
    evidence.jvm?.blockMakers?.includes('Unsafe') === true && isLarge(evidence, residentPart(evidence, directBytes) ?? 0);
  return isUnsafe ? 'Unsafe' : undefined;
}
