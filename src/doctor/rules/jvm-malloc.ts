import type { Evidence, Finding, Fix, JvmEvidence } from '../../model/doctor.ts';
import { isSince } from '../../model/jdk-releases.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { jvmMalloc } from '../../stats/jvm-malloc.ts';
import { findLeak, listLoaders } from '../advice.ts';
import { compilerFixes } from '../compiler-cures.ts';
import { describeClass, leadingClass, nameLibraries, nativeLibraries } from './block-owners.ts';
import { isLarge } from './thresholds.ts';

/** The JIT compiler works in arenas, which it frees when a method is compiled: a notice. */
export function jitCompiler(evidence: Evidence): Finding[] {
  const { compilerBytes: bytes = 0, byNmt = false } = jvmMalloc(evidence) ?? {};
  if (!evidence.jvm || !isLarge(evidence, bytes)) return [];
  const { compiles = [] } = evidence.jvm;
  const who = byNmt || compiles.length > 0 ? 'The JIT compiler holds' : 'Arenas of the JVM, in which its JIT compiler works, hold';
  return [
    {
      code: 'jit-compiler',
      severity: 'notice',
      summary: `${who} ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB in blocks of malloc${describeCompiles(compiles)}`,
      evidence: { bytes, ...(compiles[0] ? { method: compiles[0].method } : {}) },
      fixes: compilerFixes(evidence),
    },
  ];
}

/** Whether it is at work on something large: what is free now it may ask for again in a moment. */
export function isCompilerAtWork(evidence: Evidence): boolean {
  return (evidence.jvm?.compiles ?? []).length > 0 && jitCompiler(evidence).length > 0;
}

/** More compile at once on a large host: the first say what for. */
const namedCompiles = 2;

function describeCompiles(compiles: NonNullable<JvmEvidence['compiles']>): string {
  if (compiles.length === 0) return '. It frees them when it has compiled.';
  const named = compiles.slice(0, namedCompiles).map(({ method, bytecodeBytes }) => {
    return bytecodeBytes === undefined ? method : `${method} (${formatCount(bytecodeBytes)} bytes of bytecode)`;
  });
  const more = compiles.length > namedCompiles ? ` and ${formatCount(compiles.length - namedCompiles)} more` : '';
  return `, and compiles ${named.join(', ')}${more}. It frees them when that is done: they are no leak.`;
}

/** They live as long as the classes that have them. */
export function symbols(evidence: Evidence): Finding[] {
  const { symbolBytes: bytes = 0, symbols: count, byNmt = false } = jvmMalloc(evidence) ?? {};
  if (!isLarge(evidence, bytes)) return [];
  const what = byNmt ? 'Symbols and the table of interned strings' : `${formatCount(count ?? 0)} symbols`;
  return [
    {
      code: 'symbols',
      severity: 'notice',
      summary: `${what} hold ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB in blocks of malloc. Symbols are the names in classes, and their constants of text; the JVM keeps them as long as the classes.`,
      evidence: { bytes, ...(count === undefined ? {} : { symbols: count }) },
      fixes: symbolFixes(evidence, byNmt),
    },
  ];
}

/** JDK 8 has no VM.stringtable. VM.symboltable was measured at 0.3 to 1.2 s for 1.1 million symbols, at a safepoint; with -verbose at minutes. */
function symbolFixes(evidence: Evidence, byNmt: boolean): Fix[] {
  const strings: Fix = {
    action: 'See how many of them are interned strings. The JVM stands still meanwhile, up to a second for each million.',
    command: `jcmd ${evidence.pid} VM.stringtable`,
  };
  return [
    {
      action:
        'In the code: generate fewer classes, or with fewer names and constants, and let go of the loaders of those no longer used.',
    },
    listLoaders(evidence),
    ...(byNmt && isSince(evidence.jvm?.version ?? '', ['9']) ? [strings] : []),
  ];
}

/** The table alone: the strings are Java objects. */
export function internedStrings(evidence: Evidence): Finding[] {
  const { stringBytes: bytes = 0, strings = 0 } = jvmMalloc(evidence) ?? {};
  if (!isLarge(evidence, bytes)) return [];
  return [
    {
      code: 'interned-strings',
      severity: 'notice',
      summary: `The table of ${formatCount(strings)} interned strings takes ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB in blocks of malloc, and the strings are in the Java heap beside it.`,
      evidence: { bytes, strings },
      fixes: [
        { action: 'In the code: intern fewer strings. A map of your own can be emptied.' },
        {
          action: 'Have them counted. The JVM stands still meanwhile, up to a second for each million.',
          command: `jcmd ${evidence.pid} VM.stringtable`,
        },
      ],
    },
  ];
}

/** Of NMT's categories that have no rule of their own, in plain words. */
const categories: Readonly<Record<string, string>> = {
  GC: 'The garbage collector holds {} in blocks of malloc, for remembered sets and queues',
  Internal:
    'Blocks that NMT counts as Internal take {}. They are the JVM’s own, or what native code has asked it for by JNI or JVMTI and not released, such as strings of GetStringUTFChars',
  Other: 'Small blocks of the JVM itself hold {}',
  'Arena Chunk': 'Arenas that the JVM’s threads have left hold {}: it frees them within seconds',
  'Native Memory Tracking': 'Native Memory Tracking itself takes {}, for a header before each block',
  Tracing: 'Flight Recorder holds {} for its buffers',
  Thread: 'Structures of the JVM’s threads hold {} in blocks of malloc',
  'Java Heap': 'Structures of the Java heap hold {} in blocks of malloc',
  'String Deduplication': 'String deduplication holds {} for its table',
  'Object Monitors': 'Monitors of objects that threads have waited for hold {}',
  Synchronization: 'Locks and monitors hold {}',
  Logging: 'Buffers of the JVM’s log hold {}',
  Serviceability: 'What serves jcmd and agents holds {}',
};

/** What the JVM has of malloc for itself beyond what the other rules tell: only NMT knows it. */
export function jvmInternal(evidence: Evidence): Finding[] {
  const { others = [], classBytes = 0 } = jvmMalloc(evidence) ?? {};
  const loaders = evidence.jvm?.metaspace?.loaders;
  const ofLoaders = loaders === undefined ? 'Class loaders hold {}' : `${formatCount(loaders)} class loaders hold {}`;
  const all = [...others, { category: 'Class', bytes: classBytes }].sort((a, b) => b.bytes - a.bytes);
  return all
    .filter(({ bytes }) => isLarge(evidence, bytes))
    .map(({ category, bytes }) => {
      const words = category === 'Class' ? `${ofLoaders} in blocks of malloc, beside metaspace` : categories[category];
      const amount = `${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB`;
      return {
        code: 'jvm-internal',
        severity: 'notice',
        summary: [
          `${(words ?? `The JVM itself holds {} (${category})`).replace('{}', amount)}.`,
          ...nativeAskers(evidence, category, bytes),
        ].join(' '),
        evidence: { bytes, category },
        fixes: internalFixes(category, evidence),
      };
    });
}

/** What tells more of who asked the JVM: the size of most blocks, and which native libraries are loaded. */
function nativeAskers(evidence: Evidence, category: string, bytes: number): string[] {
  if (category !== 'Internal') return [];
  const blocks = leadingClass(evidence, bytes);
  const libraries = nativeLibraries(evidence);
  return [
    ...(blocks ? [`Most of them are ${describeClass(blocks)}.`] : []),
    ...(libraries.length > 0 ? [`Native code is loaded of ${nameLibraries(libraries)}.`] : []),
  ];
}

function internalFixes(category: string, evidence: Evidence): Fix[] {
  if (category === 'Native Memory Tracking')
    return [{ action: 'Switch it off when it has told enough.', jvmFlags: ['-XX:NativeMemoryTracking=off'] }];
  if (category === 'Class') return [listLoaders(evidence)];
  return [findLeak(evidence)];
}

/** What of malloc's blocks is the JVM's own, told by one of these rules, or too little for them. */
export function toldJvmBytes(evidence: Evidence): number {
  const found = jvmMalloc(evidence);
  if (!found) return 0;
  const others = found.others.reduce((sum, { bytes }) => sum + bytes, 0);
  return found.compilerBytes + found.symbolBytes + found.stringBytes + found.codeBytes + found.classBytes + others;
}
