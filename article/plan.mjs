// What `npm run article` measures.

/** Of Spring Boot, as Maven Central spells them: before the article, its own, the one it says is fixed, and on. */
export const versions = [
  '1.5.14.RELEASE',
  '2.0.4.RELEASE',
  '2.0.5.RELEASE',
  '2.0.9.RELEASE',
  '2.1.0.RELEASE',
  '2.7.18',
  '3.2.12',
  '4.0.0',
];
/** The article's. */
export const leaky = '2.0.4.RELEASE';

/** How much is scanned: `--scan` of java-repro/spring-boot. */
export const degrees = [
  { key: 'none', label: 'nothing' },
  { key: 'org.springframework.boot', label: 'one package' },
  { key: 'all', label: 'all packages' },
];

/** Those whose curves are drawn: their samples are kept as well. */
export const drawn = ['glibc', 'glibc-trim', 'tcmalloc', 'jemalloc-bg', 'mmap'];

/**
 * The article's own flags, but for one: with `-Xmn` the young generation takes the whole scan, as its service did until the first GC gave
 * back gigabytes at once.
 */
export const jvmFlags = [
  ...['-Xms4g', '-Xmx4g', '-Xmn2g', '-Xss512k', '-XX:+AlwaysPreTouch', '-XX:+UseG1GC', '-XX:G1HeapRegionSize=4M'],
  ...['-XX:MetaspaceSize=256M', '-XX:MaxMetaspaceSize=256M', '-XX:InitialCodeCacheSize=128m', '-XX:ReservedCodeCacheSize=128m'],
  '-XX:NativeMemoryTracking=summary',
];

/** @returns rows `{ name, version, degree, allocators, repeats }`: each one run of `offheap compare` */
export function planRows(isQuick) {
  const row = (version, degree, allocators, repeats = 1) => ({
    name: `${version}-${degree}`,
    version,
    degree,
    allocators,
    repeats,
  });
  return versions.flatMap((version) =>
    degrees.map(({ key }) => {
      if (!isQuick) return row(version, key, 'all', version === leaky && key === 'all' ? 3 : 1);
      if (version !== leaky) return row(version, key, key === 'none' ? '' : 'glibc');
      return row(version, key, key === 'all' ? 'all' : 'glibc,tcmalloc,jemalloc,mmap');
    }),
  );
}
