/**
 * What a JVM's jvmstat counters tell of its heap: bytes outside of eden, in which objects begin, as of the last collection or, of the old generation of Serial and
 * Parallel, now; and bytes of metaspace (jdk: gc/shared/hSpaceCounters.cpp, generationCounters.cpp). Absent is what this JVM does not count.
 */
export interface HeapCounters {
  survivedBytes?: number;
  metaspaceBytes?: number;
}

export function heapCountersOf(counters: ReadonlyMap<string, string>): HeapCounters {
  const spaces = [...counters.keys()].flatMap((name) => /^(sun\.gc\.generation\.\d+\.space\.\d+)\.used$/.exec(name)?.[1] ?? []);
  const survivors = spaces.filter((space) => !/eden/i.test(counters.get(`${space}.name`) ?? ''));
  const bytes = survivors.map((space) => Number(counters.get(`${space}.used`)));
  const metaspace = Number(counters.get('sun.gc.metaspace.used') ?? Number.NaN);
  return {
    ...(bytes.length > 0 && bytes.every(isBytes) ? { survivedBytes: bytes.reduce((sum, used) => sum + used, 0) } : {}),
    ...(isBytes(metaspace) ? { metaspaceBytes: metaspace } : {}),
  };
}

function isBytes(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
