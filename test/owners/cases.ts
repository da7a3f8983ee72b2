import type { SourceFolder } from './compile.ts';

/** A program that says itself who owns its blocks. */
export interface OwnersCase {
  /** Unique. */
  name: string;
  /** The program's class, and the folder of its source. */
  java: string;
  folder?: SourceFolder;
  flags?: readonly string[];
  arguments?: readonly string[];
  /** Of Maven Central. */
  jars?: readonly string[];
  /** Feature releases on which it makes a difference. */
  jdks: readonly number[];
  /** It loses blocks: else nobody has next to none of them. */
  loses?: true;
  /** It is judged by `npm test` too, on the first of its JDKs. */
  inSuite?: true;
}

const small = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx200m'];
/** C2 is to give up late, and to compile nothing else. */
const compilesHuge = [
  ...['-XX:+UseSerialGC', '-Xmx64m', '-Xcomp', '-XX:-TieredCompilation', '-XX:-DontCompileHugeMethods'],
  ...['-XX:MaxNodeLimit=2000000', '-XX:NodeLimitFudgeFactor=40000', '-XX:CompileCommand=quiet'],
  '-XX:CompileCommand=compileonly,Huge::*',
];
const withNmt = '-XX:NativeMemoryTracking=summary';
const opensFiles = '--add-opens=java.base/sun.nio.fs=ALL-UNNAMED';
const library = (java: string, ...jars: string[]) => ({ java, folder: 'java-libraries', jars, flags: small }) as const;

export const ownersCases: readonly OwnersCase[] = [
  { name: 'zlib in a list', java: 'ZlibHeld', flags: small, jdks: [17, 25], inSuite: true },
  { name: 'zlib in a list, G1', java: 'ZlibHeld', flags: ['-XX:+UseG1GC', '-Xmx200m'], jdks: [17, 25] },
  { name: 'zlib in a list, Parallel', java: 'ZlibHeld', flags: ['-XX:+UseParallelGC', '-Xmx200m'], jdks: [17, 25] },
  { name: 'zlib in a list, ZGC', java: 'ZlibHeld', flags: ['-XX:+UseZGC', '-Xmx200m'], jdks: [17, 25] },
  { name: 'zlib in a list, Shenandoah', java: 'ZlibHeld', flags: ['-XX:+UseShenandoahGC', '-Xmx200m'], jdks: [17, 25] },
  { name: 'zlib in a list, wide references', java: 'ZlibHeld', flags: [...small, '-XX:-UseCompressedOops'], jdks: [17, 25] },
  { name: 'zlib in a list, compact headers', java: 'ZlibHeld', flags: [...small, '-XX:+UseCompactObjectHeaders'], jdks: [25] },
  { name: 'zlib in a list, with NMT', java: 'ZlibHeld', flags: [...small, withNmt], jdks: [17, 25] },
  { name: 'zlib that was dropped, and is not collected', java: 'ZlibHeld', flags: small, arguments: ['dropped'], jdks: [17, 25] },
  { name: 'direct buffers, slices and duplicates', java: 'DirectSlices', flags: small, jdks: [17, 25], inSuite: true },
  { name: 'direct buffers, with NMT', java: 'DirectSlices', flags: [...small, withNmt], jdks: [17, 25], inSuite: true },
  { name: 'a library that loses blocks', java: 'JniLeak', flags: small, jdks: [17, 25], loses: true, inSuite: true },
  { name: 'a library that keeps blocks', java: 'JniStatic', flags: small, jdks: [17, 25], inSuite: true },
  { name: 'handles in fields and in Longs', java: 'JniHandles', flags: small, jdks: [17, 25], inSuite: true },
  {
    name: 'an address of a closed stream, and a library’s',
    java: 'StaleHandles',
    flags: [...small, opensFiles],
    jdks: [17, 25],
    inSuite: true,
  },
  {
    name: 'an address of a closed stream, and a living object’s',
    java: 'StaleHandles',
    flags: [...small, opensFiles],
    arguments: ['java'],
    jdks: [17, 25],
    inSuite: true,
  },
  { name: 'numbers that look like headers', java: 'ForgedHeaders', flags: small, jdks: [17], inSuite: true },
  { name: 'handles behind garbage', java: 'JniDropped', flags: small, jdks: [17, 25], inSuite: true },
  { name: 'thread-locals', java: 'ThreadLocals', flags: small, jdks: [17, 25], inSuite: true },
  { name: 'class loaders that are held', java: 'LoaderLeak', flags: small, jdks: [17, 25], inSuite: true },
  { name: 'C2 that compiles a huge method', java: 'HugeMethod', flags: compilesHuge, jdks: [17, 25] },
  { name: 'RocksDB', ...library('RocksObjects', 'rocksdb'), jdks: [17, 25] },
  { name: "Netty's pool", ...library('NettyChunks', 'netty-buffer', 'netty-common'), jdks: [17, 25] },
  { name: 'OpenSSL', ...library('OpenSslContexts', 'tcnative', 'netty-common'), jdks: [17, 25] },
  { name: 'zstd', ...library('ZstdObjects', 'zstd'), jdks: [17, 25] },
  { name: 'JNA', ...library('JnaBlocks', 'jna'), jdks: [17, 25] },
  { name: 'Lucene', ...library('LuceneMaps', 'lucene'), jdks: [17, 25] },
  { name: 'foreign memory', java: 'ForeignSegments', folder: 'java-22', flags: small, jdks: [25], inSuite: true },
  { name: 'a service of Spring Boot', java: 'SpringService', folder: 'spring', flags: ['-Xmx256m'], jdks: [17, 25] },
  {
    name: 'a service of Spring Boot, with NMT',
    java: 'SpringService',
    folder: 'spring',
    flags: ['-Xmx256m', withNmt],
    jdks: [17, 25],
  },
];
