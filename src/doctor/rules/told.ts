import type { Evidence } from '../../model/doctor.ts';
import type { Owner } from '../../model/owners.ts';
import { toldDirectBytes } from './direct-buffers.ts';
import { toldJvmBytes } from './jvm-malloc.ts';
import { toldDoomedOwners, toldLostBytes } from './lost-blocks.ts';
import { ownedMemory } from './owned-memory.ts';
import { toldZlibBytes, zlibOwners } from './waiting-for-gc.ts';

/** Resident bytes of malloc's blocks that a rule tells, or knows the kind of; 0 where it knows none. No two of them count the same block. */
type Teller = (evidence: Evidence) => number;

/** One for each rule that is about blocks of malloc, exported by the file of the rule. A rule does not import this file, which imports the rules. */
const tellers: readonly Teller[] = [toldZlibBytes, toldDirectBytes, toldJvmBytes, toldLostBytes];

/** What `live-malloc` leaves out, since another finding says whose it is. */
export function toldMallocBytes(evidence: Evidence): number {
  return tellers.reduce((sum, teller) => sum + teller(evidence), 0);
}

/** Owners of blocks that another finding tells. */
export function toldOwners(evidence: Evidence): Owner[] {
  return [
    ...(toldZlibBytes(evidence) > 0 ? zlibOwners(evidence) : []),
    ...(toldDirectBytes(evidence) > 0 ? (ownedMemory(evidence)?.owners ?? []) : []),
    ...toldDoomedOwners(evidence),
  ];
}
