/**
 * The categories of Native Memory Tracking by the number that stands before a block. The JVM does not describe them to others, so these are MEMORY_TYPES_DO of JDK 17
 * (src/hotspot/share/memory/allocation.hpp) and of JDK 25 (src/hotspot/share/nmt/memTag.hpp). From 18 on GCCardSet stands behind GC, and from 27 on JVMCI is gone.
 */
const ofJdk17 = [
  ...['Java Heap', 'Class', 'Thread', 'Thread Stack', 'Code', 'GC', 'Compiler', 'JVMCI', 'Internal', 'Other', 'Symbol'],
  ...['Native Memory Tracking', 'Shared class space', 'Arena Chunk', 'Test', 'Tracing', 'Logging', 'Statistics', 'Arguments'],
  ...['Module', 'Safepoint', 'Synchronization', 'Serviceability', 'Metaspace', 'String Deduplication', 'Object Monitors'],
];
const cardSets = { since: 18, behind: 'GC', name: 'GCCardSet' };
const jvmci = { until: 27, name: 'JVMCI' };

export function nmtCategory(jdk: number, number: number): string {
  const names = ofJdk17
    .filter((name) => jdk < jvmci.until || name !== jvmci.name)
    .flatMap((name) => (jdk >= cardSets.since && name === cardSets.behind ? [name, cardSets.name] : [name]));
  return names[number] ?? 'others';
}
