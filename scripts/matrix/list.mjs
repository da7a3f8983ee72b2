// What `npm run test:matrix` tries: the roots, one for each glibc, the JDKs, and what a JVM is started with.

/** The release that each glibc is of, oldest first, and the JDKs that it packages itself. */
export const roots = [
  { glibc: '2.23', release: 'xenial', jdks: [8] },
  { glibc: '2.27', release: 'bionic', jdks: [8] },
  { glibc: '2.31', release: 'focal', jdks: [8, 11] },
  { glibc: '2.35', release: 'jammy', jdks: [8, 11, 17] },
  { glibc: '2.36', release: 'bookworm', jdks: [17] },
  { glibc: '2.39', release: 'noble', jdks: [8, 11, 17, 21] },
  { glibc: '2.41', release: 'trixie', jdks: [21, 25] },
  { glibc: '2.42', release: 'questing', jdks: [17, 21, 25] },
  { glibc: '2.43', release: 'resolute', jdks: [8, 11, 17, 21, 25] },
  // The newest early access is nowhere else. Its packages are of today.
  { glibc: '2.43', release: 'sid', jdks: [27, 28] },
];

/** JDKs that run on each glibc from 2.17: Temurin's, of PyPI, less the modules that nobody asked for. */
export const portable = [11, 17, 21, 25];

/** The root on which each JDK is tried with each collector and flag: it packages all of them that are released. */
export const widest = 'resolute';

const unlock = '-XX:+UnlockExperimentalVMOptions';

/** `from`, `to`: the JDKs that know it. The first is what a program gets that sets nothing. */
export const settings = [
  { name: 'default', flags: [] },
  { name: 'G1', flags: ['-XX:+UseG1GC'] },
  { name: 'Parallel', flags: ['-XX:+UseParallelGC'] },
  { name: 'Serial', flags: ['-XX:+UseSerialGC'] },
  { name: 'CMS', flags: ['-XX:+UseConcMarkSweepGC'], to: 11 },
  { name: 'Shenandoah', flags: ['-XX:+UseShenandoahGC'], from: 11 },
  { name: 'generational Shenandoah', flags: [unlock, '-XX:+UseShenandoahGC', '-XX:ShenandoahGCMode=generational'], from: 25 },
  { name: 'ZGC', flags: [unlock, '-XX:+UseZGC'], from: 11 },
  { name: 'generational ZGC', flags: ['-XX:+UseZGC', '-XX:+ZGenerational'], from: 21, to: 21 },
  { name: 'oops not compressed', flags: ['-XX:-UseCompressedOops'] },
  { name: 'class pointers not compressed', flags: ['-XX:-UseCompressedOops', '-XX:-UseCompressedClassPointers'], to: 26 },
  { name: 'compact headers', flags: [unlock, '-XX:+UseCompactObjectHeaders'], from: 25 },
  { name: 'virtual threads', flags: [], arguments: ['virtual'], from: 21 },
  { name: 'no CDS', flags: ['-Xshare:off'] },
  { name: 'NMT', flags: ['-XX:NativeMemoryTracking=summary'] },
  { name: 'no perf data', flags: ['-XX:+PerfDisableSharedMem'] },
];

export const settingsOf = (feature) => settings.filter(({ from = 8, to = 99 }) => from <= feature && feature <= to);
