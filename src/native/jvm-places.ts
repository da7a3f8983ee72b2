import type { AddressRange } from '../model/address-range.ts';
import type { RegionKind } from '../model/doctor.ts';
import { loadBinding } from './binding.ts';
import { withCancelFlag } from './cancel-flag.ts';
import { toInspectError } from './inspect-errors.ts';

/** Processor time: some 20 ms are used. */
const budgetMs = 500;
const numbersAPlace = 3;

/** In the order of hotspot_place_kind, native/owners/hotspot/hotspot.h. */
const kinds = ['java heap', 'gc', 'code cache', 'metaspace'] as const satisfies readonly RegionKind[];

/** What a JVM has reserved, as its own structures tell. */
export interface JvmPlace extends AddressRange {
  kind: (typeof kinds)[number];
}

export interface JvmPlaces {
  /** As it is called in `HeapInfo`; `other`: none of those. */
  collector: string;
  /** By address, without overlap: its heap, tables of its collector and, of JDK 8, its code and all of its metaspace. None of ZGC. */
  places: JvmPlace[];
}

/**
 * Where a JVM has its memory, read from outside through gHotSpotVMStructs: for JVMs that do not tell it when they are asked. Undefined where there is no HotSpot
 * that can be read.
 *
 * @throws OffheapError as inspectHeap does
 */
export async function readJvmPlaces(pid: number, signal?: AbortSignal): Promise<JvmPlaces | undefined> {
  const { collector, places, ...verdict } = await withCancelFlag(signal, (flag) =>
    loadBinding().readJvmPlaces(pid, budgetMs, flag),
  );
  if (verdict.status !== 'ok') throw toInspectError(pid, verdict);
  return collector === undefined || !places ? undefined : { collector, places: toPlaces(places) };
}

function toPlaces(numbers: Float64Array): JvmPlace[] {
  return Array.from({ length: numbers.length / numbersAPlace }, (_, index) => {
    const [start = 0, end = 0, kind = 0] = numbers.subarray(index * numbersAPlace);
    return { start, end, kind: kinds[kind] ?? 'gc' };
  });
}
