import type { Case } from '../cases.ts';
import { dueTo, named } from './causes.ts';

const small = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx200m'];
const netty = ['netty-buffer', 'netty-common'];

/** With libraries as they are published; the JVM knows nothing of their memory, but for the classes that hold it. */
export const libraryCases: readonly Case[] = [
  {
    name: 'iterators of RocksDB',
    program: { java: 'RocksIterators', flags: small, jars: ['rocksdb'] },
    truth: named(/rocks/i, 'live-malloc'),
  },
  {
    name: 'the block cache of RocksDB',
    program: { java: 'RocksCache', flags: small, jars: ['rocksdb'] },
    thenForMs: 2000,
    truth: named(/rocks/i, 'live-malloc'),
  },
  {
    name: "Netty's pool, an arena for each thread",
    program: { java: 'NettyPool', flags: small, jars: netty },
    thenForMs: 2000,
    truth: named(/netty/i, 'live-malloc', 'direct-buffers'),
  },
  {
    name: 'buffers of Netty that are not released',
    program: { java: 'NettyUnreleased', flags: small, jars: netty },
    truth: named(/netty/i, 'live-malloc', 'direct-buffers'),
  },
  {
    name: 'buffers of Netty 4.2 that are not released',
    program: { java: 'NettyAdaptive', flags: small, jars: ['netty-buffer-4.2', 'netty-common-4.2'] },
    jdks: [17, 25],
    truth: named(/netty/i, 'live-malloc', 'direct-buffers'),
  },
  {
    name: 'the pool of the Netty that gRPC carries',
    // As on 16 cores: 32 arenas.
    program: {
      java: 'NettyShaded',
      flags: ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx1g', '-XX:ActiveProcessorCount=16'],
      jars: ['grpc-netty'],
    },
    jdks: [17, 25],
    truth: named(
      /io\.grpc\.netty\.shaded\.io\.netty\.allocator|netty.*\bio\.grpc\.netty\.shaded/i,
      'live-malloc',
      'direct-buffers',
    ),
  },
  { name: 'an index of Lucene', program: { java: 'LuceneIndex', flags: small, jars: ['lucene'] }, truth: dueTo('mapped-files') },
  {
    name: 'contexts of zstd',
    program: { java: 'ZstdContexts', flags: small, jars: ['zstd'] },
    truth: named(/zstd/i, 'live-malloc'),
  },
  { name: 'memory of JNA', program: { java: 'JnaMemory', flags: small, jars: ['jna'] }, truth: named(/\bjna\b/i, 'live-malloc') },
  {
    name: 'contexts of OpenSSL',
    program: { java: 'TlsContexts', flags: small, jars: ['tcnative', 'netty-common'] },
    // The library keeps its contexts in pools of its own. Of the connections nobody has the address: they are a third of the process.
    truth: named(/lost them.*tcnative/i, 'lost-blocks'),
  },
];
