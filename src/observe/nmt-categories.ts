/**
 * The categories of Native Memory Tracking by the number that stands before a block. The JVM does not describe them to others, so these are MEMORY_TYPES_DO of JDK 17
 * (src/hotspot/share/memory/allocation.hpp) and of JDK 25 (src/hotspot/share/nmt/memTag.hpp). From 18 on GCCardSet stands behind GC.
 */
const ofJdk17 = [
  ...['Java Heap', 'Class', 'Thread', 'Thread Stack', 'Code', 'GC', 'Compiler', 'JVMCI', 'Internal', 'Other', 'Symbol'],
  ...['Native Memory Tracking', 'Shared class space', 'Arena Chunk', 'Test', 'Tracing', 'Logging', 'Statistics', 'Arguments'],
  ...['Module', 'Safepoint', 'Synchronization', 'Serviceability', 'Metaspace', 'String Deduplication', 'Object Monitors'],
];
const cardSets = { since: 18, behind: 'GC', name: 'GCCardSet' };

export function nmtCategory(jdk: number, number: number): string {
  const names =
    jdk < cardSets.since ? ofJdk17 : ofJdk17.flatMap((name) => (name === cardSets.behind ? [name, cardSets.name] : [name]));
  return names[number] ?? 'others';
}
