import type { Case } from '../cases.ts';
import { dueTo } from './causes.ts';
import { everyJdk, java, small } from './java-program.ts';

/** C2 is to give up late, and to compile nothing else. */
const compilesHuge = [
  '-XX:+UseSerialGC',
  '-Xmx64m',
  '-Xcomp',
  '-XX:-TieredCompilation',
  '-XX:-DontCompileHugeMethods',
  '-XX:MaxNodeLimit=2000000',
  '-XX:NodeLimitFudgeFactor=40000',
  '-XX:CompileCommand=quiet',
  '-XX:CompileCommand=compileonly,Huge::*',
];

/** The JVM's own: its compilers, its tables, its code and its metaspace. */
export const jvmCases: readonly Case[] = [
  {
    name: 'C2 that compiles huge methods',
    moves: true,
    program: java('CompilesHugeMethod', compilesHuge),
    jdks: everyJdk,
    truth: dueTo('jit-compiler'),
  },
  {
    name: 'C2 that compiles huge methods, with NMT',
    moves: true,
    program: java('CompilesHugeMethod', [...compilesHuge, '-XX:NativeMemoryTracking=summary']),
    jdks: everyJdk,
    truth: dueTo('jit-compiler'),
  },
  {
    name: 'millions of symbols',
    program: java('Symbols', [...small, '-Xmx64m']),
    jdks: everyJdk,
    truth: dueTo('symbols'),
  },
  {
    name: 'millions of symbols, with NMT',
    program: java('Symbols', [...small, '-Xmx64m', '-XX:NativeMemoryTracking=summary']),
    jdks: everyJdk,
    truth: dueTo('symbols'),
  },
  {
    name: 'compiled code',
    program: java('CodeCache', [
      ...small,
      '-Xmx64m',
      '-Xcomp',
      '-XX:ReservedCodeCacheSize=240m',
      '-XX:CompileCommand=quiet',
      '-XX:CompileCommand=compileonly,Long::*',
    ]),
    jdks: everyJdk,
    // Its tables are blocks of malloc, which the program cannot count.
    truth: { right: [{ code: 'code-cache', number: 'cacheBytes' }], half: [{ code: 'retained-pages' }] },
  },
  {
    name: 'many class loaders, G1',

    program: java('ManyLoaders', ['-XX:+UseG1GC', '-Xmx128m']),
    jdks: everyJdk,
    truth: dueTo('metaspace'),
  },
  {
    name: 'class loaders of plugins that are held',
    moves: true,
    program: java('LoaderLeak', ['-XX:+UseG1GC', '-Xmx128m']),
    jdks: everyJdk,
    forMs: 12_000,
    // The program knows how many it makes, and not what each takes.
    truth: { right: [{ code: 'memory-growing', says: /class loaders/, number: null }], half: [{ code: 'metaspace' }] },
  },
];
