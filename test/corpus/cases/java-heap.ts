import type { Case } from '../cases.ts';
import { dueTo, emptyHeap } from './causes.ts';
import { java } from './java-program.ts';

const burst = (...flags: string[]) => java('HeapBurst', [...flags, '-Xmx640m']);

/** The Java heap, in use, in growth and after a burst. */
export const heapCases: readonly Case[] = [
  { name: 'interned strings', program: java('InternedStrings', ['-XX:+UseG1GC', '-Xmx400m']), truth: dueTo('java-heap-dominates') },
  { name: 'a heap after a burst, G1', program: burst('-XX:+UseG1GC'), jdks: [17, 25], truth: emptyHeap },
  { name: 'a heap after a burst, Parallel', program: burst('-XX:+UseParallelGC'), truth: emptyHeap },
  { name: 'a heap after a burst, Serial', program: burst('-XX:+UseSerialGC'), truth: emptyHeap },
  { name: 'a heap after a burst, ZGC', program: burst('-XX:+UseZGC'), jdks: [17, 25], truth: emptyHeap },
  { name: 'a heap after a burst, Shenandoah', program: java('HeapBurst', ['-XX:+UseShenandoahGC', '-Xmx1g']), truth: emptyHeap },
  {
    name: 'a heap in use, whose bound is the default',
    program: java('JavaHeap', ['-XX:+UseG1GC']),
    jdks: [17, 25],
    truth: dueTo('java-heap-dominates'),
  },
  {
    name: 'a leak of 120 MiB a minute in the Java heap',
    moves: true,
    // It collects every four seconds: without a collection nobody can tell what is held from garbage.
    program: java('SteadyLeak', ['-XX:+UseG1GC', '-Xmx512m', '-Xmn8m'], 'heap', '120'),
    forMs: 20_000,
    truth: dueTo('java-heap-growing', 'java-heap-dominates'),
  },
];
