export interface Collections {
  collections: number;
  /** Since the JVM's start, of the last one that ended. */
  lastAnyMs?: number;
  /** Of the last one that looked at the whole heap: a full collection, or a concurrent cycle. */
  lastFullMs?: number;
}

/**
 * Collections from jvmstat. Collector 0 is the young generation's under the generational collectors (jdk: serviceability names
 * "… young collection pauses", "PSScavenge", "Copy"); the others go through the whole heap. Undefined without the counters (-XX:-UsePerfData).
 */
export function parseCollections(counters: ReadonlyMap<string, string>): Collections | undefined {
  const frequency = Number(counters.get('sun.os.hrt.frequency'));
  const found = [...counters.keys()].flatMap((name) => /^sun\.gc\.collector\.(\d+)\.invocations$/.exec(name)?.[1] ?? []);
  if (!(frequency > 0) || found.length === 0) return undefined;
  const collectors = found.map((index) => readCollector(counters, index, frequency));
  const last = (of: typeof collectors) => of.reduce((latest, { lastMs }) => Math.max(latest, lastMs), Number.NEGATIVE_INFINITY);
  const ran = collectors.filter(({ invocations }) => invocations > 0);
  const whole = ran.filter(({ young }) => !young);
  return {
    collections: ran.reduce((total, { invocations }) => total + invocations, 0),
    ...(ran.length > 0 ? { lastAnyMs: last(ran) } : {}),
    ...(whole.length > 0 ? { lastFullMs: last(whole) } : {}),
  };
}

/** What the collectors wrote of the Java heap when they last collected, or made it larger or smaller. */
export interface HeapCounters {
  usedBytes: number;
  committedBytes: number;
}

/**
 * The heap from jvmstat: `used` of its spaces and `capacity` of its generations, as every collector writes them (jdk: gc/shared/generationCounters.cpp, hSpaceCounters.cpp,
 * gSpaceCounters.cpp). G1 before JDK 18 adds some bytes to each capacity (G1MonitoringSupport::pad_capacity), so it is told in whole KiB. Undefined without the counters.
 */
export function heapOfCounters(counters: ReadonlyMap<string, string>): HeapCounters | undefined {
  const committedBytes = sumOfCounters(counters, /^sun\.gc\.generation\.\d+\.capacity$/);
  const usedBytes = sumOfCounters(counters, usedOfSpace);
  if (committedBytes === undefined || usedBytes === undefined) return undefined;
  return { usedBytes, committedBytes: committedBytes - (committedBytes % 1024) };
}

/** `used` outside of eden, in which objects begin: after a collection, what has survived it. Undefined without the counters. */
export function survivedBytesOf(counters: ReadonlyMap<string, string>): number | undefined {
  const isEden = (space: string) => /eden/i.test(counters.get(space.replace(/used$/, 'name')) ?? '');
  return sumOfCounters(new Map([...counters].filter(([name]) => !isEden(name))), usedOfSpace);
}

const usedOfSpace = /^sun\.gc\.generation\.\d+\.space\.\d+\.used$/;

/** Undefined where there is none of the name, or one that can be no size. */
function sumOfCounters(counters: ReadonlyMap<string, string>, name: RegExp): number | undefined {
  const values = [...counters].filter(([counter]) => name.test(counter)).map(([, value]) => Number(value));
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  return values.every((value) => value >= 0) && Number.isSafeInteger(sum) ? sum : undefined;
}

function readCollector(counters: ReadonlyMap<string, string>, index: string, frequency: number) {
  const read = (name: string) => counters.get(`sun.gc.collector.${index}.${name}`) ?? '';
  return {
    invocations: Number(read('invocations')),
    lastMs: (Number(read('lastExitTime')) / frequency) * 1000,
    young: /young|minor|scavenge|copy|parnew/i.test(read('name')),
  };
}
