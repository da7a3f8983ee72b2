import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { Evidence, JvmEvidence, NmtCategory } from '../../../src/model/doctor.ts';
import type { JvmBlocks } from '../../../src/model/inspection.ts';
import { evidenceOf, figures, jvmOf, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';

const noBlocks: JvmBlocks = { arenaChunks: 0, arenaBytes: 0, symbols: 0, symbolBytes: 0, strings: 0, stringBytes: 0 };

/** A JVM of 400 MiB, of which so many are live blocks of malloc. */
const holding = (liveMib: number, blocks: Partial<JvmBlocks>, jvm: Partial<JvmEvidence> = {}, more: Partial<Evidence> = {}) =>
  evidenceOf({
    regions: regionsOf({ 'java heap': 100, 'glibc arenas': liveMib }),
    malloc: mallocOf(figures(liveMib), { jvmBlocks: { ...noBlocks, ...blocks } }),
    jvm: jvmOf(jvm),
    ...more,
  });

const nmt = (categories: Record<string, Partial<NmtCategory>>): Pick<JvmEvidence, 'nmt'> => ({
  nmt: {
    totalReservedBytes: mib(400),
    totalCommittedBytes: mib(400),
    categories: Object.entries(categories).map(([name, figuresOf]) => ({
      name,
      reservedBytes: mib(1),
      committedBytes: mib(1),
      ...figuresOf,
    })),
  },
});

const codes = (evidence: Evidence) => diagnose(evidence).findings.map(({ code }) => code);
const fixesOf = (evidence: Evidence) => diagnose(evidence).findings[0]?.fixes ?? [];
const flagsOf = (evidence: Evidence) => fixesOf(evidence).flatMap(({ jvmFlags = [] }) => jvmFlags);

describe('the JIT compiler', () => {
  const compiles = [{ thread: 'C2 CompilerThread0', method: 'Huge::m0', bytecodeBytes: 32_634 }];

  test('what it holds is not what the program holds', () => {
    const evidence = holding(127, { arenaChunks: 3251, arenaBytes: mib(101) }, { compiles });
    expect(diagnose(evidence)).toMatchObject({
      verdict:
        'The JIT compiler holds 101 of 400 MiB in blocks of malloc, and compiles Huge::m0 (32,634 bytes of bytecode). It frees them when that is done: they are no leak.',
      findings: [{ code: 'jit-compiler', severity: 'notice', evidence: { bytes: mib(101), method: 'Huge::m0' } }],
    });
  });

  test('of what is left, the program is told as before', () => {
    const { findings } = diagnose(holding(227, { arenaBytes: mib(101) }, { compiles }));
    expect(findings.map(({ code, evidence }) => [code, evidence['bytes']])).toEqual([
      ['live-malloc', mib(126)],
      ['jit-compiler', mib(101)],
    ]);
  });

  test('free pages are a notice while it is at work: it may ask for them again', () => {
    const keeping = (at: Partial<JvmEvidence>) =>
      diagnose(
        holding(127, {}, at, {
          malloc: mallocOf(figures(127, { pageBytes: 50 }), { jvmBlocks: { ...noBlocks, arenaBytes: mib(101) } }),
        }),
      ).findings.map(({ code, severity }) => [code, severity]);
    expect(keeping({ compiles })).toEqual([
      ['jit-compiler', 'notice'],
      ['retained-pages', 'notice'],
    ]);
    expect(keeping({})).toEqual([
      ['retained-pages', 'problem'],
      ['jit-compiler', 'notice'],
    ]);
  });

  test('below a fifth of RSS nothing is said of it, and it is still not the program’s', () => {
    expect(codes(holding(150, { arenaBytes: mib(79) }, { compiles }))).toEqual([]);
  });

  test('where no compilation is seen, it says whose arenas they are', () => {
    expect(diagnose(holding(127, { arenaBytes: mib(101) })).verdict).toBe(
      'Arenas of the JVM, in which its JIT compiler works, hold 101 of 400 MiB in blocks of malloc. It frees them when it has compiled.',
    );
  });

  test('Native Memory Tracking counts it, and no block is recognised then', () => {
    const evidence = holding(127, {}, { compiles, ...nmt({ Compiler: { mallocBytes: mib(1), arenaBytes: mib(100) } }) });
    expect(diagnose(evidence).findings).toMatchObject([{ code: 'jit-compiler', evidence: { bytes: mib(101) } }]);
  });

  test('of many compilations the first two are named', () => {
    const many = ['a.B::c', 'd.E::f', 'g.H::i'].map((method, index) => ({ thread: `C2 CompilerThread${index}`, method }));
    expect(diagnose(holding(127, { arenaBytes: mib(101) }, { compiles: many })).verdict).toContain(
      'and compiles a.B::c, d.E::f and 1 more. It frees',
    );
  });

  test.each<[string, string[], string[]]>([
    ['17.0.15', [], ['-XX:CompileCommand=exclude,Huge::m0']],
    ['25.0.3', [], ['-XX:CompileCommand=MemLimit,*.*,64m', '-XX:CompileCommand=exclude,Huge::m0']],
    ['25.0.3', ['-XX:CompileCommand=MemLimit,*.*,1g'], ['-XX:CompileCommand=exclude,Huge::m0']],
    ['17.0.15', ['-XX:-DontCompileHugeMethods'], ['-XX:+DontCompileHugeMethods', '-XX:CompileCommand=exclude,Huge::m0']],
    ['17.0.15', ['-XX:MaxNodeLimit=80000'], ['-XX:CompileCommand=exclude,Huge::m0']],
    [
      '17.0.15',
      ['-XX:MaxNodeLimit=2000000', '-XX:NodeLimitFudgeFactor=40000'],
      ['-XX:MaxNodeLimit=80000', '-XX:NodeLimitFudgeFactor=2000', '-XX:CompileCommand=exclude,Huge::m0'],
    ],
  ])('JDK %s with %j', (version, flags, cures) => {
    expect(flagsOf(holding(127, { arenaBytes: mib(101) }, { version, flags, compiles }))).toEqual(cures);
  });

  test('of JDK 8, which tells no size, a method may be a huge one where these are allowed', () => {
    const at = { version: '8.0_452', compiles: [{ thread: 'CompilerThread1', method: 'Huge::m0' }] };
    const flagsIn = (flags: string[]) => flagsOf(holding(127, { arenaBytes: mib(101) }, { ...at, flags }));
    expect(flagsIn(['-XX:-DontCompileHugeMethods'])[0]).toBe('-XX:+DontCompileHugeMethods');
    expect(flagsIn([])).toEqual(['-XX:CompileCommand=exclude,Huge::m0']);
  });

  test.each(['Outer$Inner::m', 'A::<init>', 'A::$(reboot)', "A::b'", 'A*::b'])('no flag is made of %s', (method) => {
    const evidence = holding(127, { arenaBytes: mib(101) }, { compiles: [{ thread: 'C2 CompilerThread0', method }] });
    expect(flagsOf(evidence)).toEqual([]);
  });

  test('a method of the usual size is not what DontCompileHugeMethods is about', () => {
    const small = [{ thread: 'C2 CompilerThread0', method: 'A::b', bytecodeBytes: 8000 }];
    const flags = ['-XX:-DontCompileHugeMethods'];
    expect(flagsOf(holding(127, { arenaBytes: mib(101) }, { flags, compiles: small }))).toEqual([
      '-XX:CompileCommand=exclude,A::b',
    ]);
  });
});

describe('symbols', () => {
  const blocks = { symbols: 1_113_599, symbolBytes: mib(101) };

  test('by their content, with a node of 32 bytes for each from JDK 12 to 20, and less of a table before', () => {
    const bytesOf = (version: string) => diagnose(holding(160, blocks, { version })).findings[0]?.evidence;
    const nodeBytes = { '8.0_452': 24, '11.0.13': 24, '17.0.15': 32, '21.0.9': 0, '25.0.3': 0 };
    for (const [version, each] of Object.entries(nodeBytes))
      expect(bytesOf(version)).toEqual({ bytes: mib(101) + 1_113_599 * each, symbols: 1_113_599 });
    expect(codes(holding(160, blocks))).toEqual(['symbols']);
  });

  test('with Native Memory Tracking the table of strings is among them, and how to see that', () => {
    const evidence = holding(127, {}, nmt({ Symbol: { mallocBytes: mib(100), arenaBytes: mib(1) } }));
    expect(diagnose(evidence).verdict).toMatch(/^Symbols and the table of interned strings hold 101 of 400 MiB/);
    expect(fixesOf(evidence).map(({ command }) => command)).toEqual([
      undefined,
      'jcmd 4711 VM.classloader_stats',
      'jcmd 4711 VM.stringtable',
    ]);
  });
});

describe('interned strings', () => {
  test('their table is told, and is not the program’s', () => {
    expect(diagnose(holding(127, { strings: 2_400_011, stringBytes: mib(101) })).findings).toMatchObject([
      {
        code: 'interned-strings',
        severity: 'notice',
        summary:
          'The table of 2,400,011 interned strings takes 101 of 400 MiB in blocks of malloc, and the strings are in the Java heap beside it.',
        evidence: { bytes: mib(101), strings: 2_400_011 },
      },
    ]);
    expect(codes(holding(150, { strings: 1_500_007, stringBytes: mib(79) }))).toEqual([]);
  });
});

describe('other blocks of the JVM', () => {
  test.each<[string, string]>([
    ['GC', 'The garbage collector holds 101 of 400 MiB in blocks of malloc, for remembered sets and queues.'],
    ['Arena Chunk', 'Arenas that the JVM’s threads have left hold 101 of 400 MiB: it frees them within seconds.'],
    ['Tracing', 'Flight Recorder holds 101 of 400 MiB for its buffers.'],
    ['Of The Future', 'The JVM itself holds 101 of 400 MiB (Of The Future).'],
  ])('%s', (category, summary) => {
    const evidence = holding(127, {}, nmt({ [category]: { mallocBytes: mib(101) } }));
    expect(diagnose(evidence).findings).toMatchObject([
      { code: 'jvm-internal', severity: 'notice', summary, evidence: { bytes: mib(101), category } },
    ]);
  });

  test('class loaders: three categories are one', () => {
    const metaspace = { reservedBytes: mib(9), committedBytes: mib(9), usedBytes: mib(9), classes: 9000, loaders: 9001 };
    const parts = nmt({
      Class: { mallocBytes: mib(61) },
      Module: { mallocBytes: mib(31) },
      Metaspace: { mallocBytes: mib(9) },
    });
    expect(diagnose(holding(127, {}, { metaspace, ...parts })).verdict).toBe(
      '9,001 class loaders hold 101 of 400 MiB in blocks of malloc, beside metaspace.',
    );
  });

  test('NMT’s own is its headers too', () => {
    const evidence = holding(127, {}, nmt({ 'Native Memory Tracking': { committedBytes: mib(101), mallocBytes: 7 } }));
    expect(codes(evidence)).toEqual(['jvm-internal']);
    expect(flagsOf(evidence)).toEqual(['-XX:NativeMemoryTracking=off']);
  });

  test('what is small each is not the program’s', () => {
    const parts = Object.fromEntries(['GC', 'Class', 'Thread', 'Tracing'].map((name) => [name, { mallocBytes: mib(30) }]));
    expect(codes(holding(127, {}, nmt(parts)))).toEqual([]);
  });
});

describe('compiled code', () => {
  const code = (jvm: Partial<JvmEvidence>, more: Partial<Evidence> = {}) =>
    holding(20, {}, jvm, { regions: regionsOf({ 'java heap': 100, 'code cache': 101 }), ...more });
  const cache = { sizeBytes: mib(240), usedBytes: mib(103) };

  test('it says how much, and the bound', () => {
    expect(diagnose(code({ codeCache: { ...cache, timesFull: 0 } })).findings).toMatchObject([
      {
        code: 'code-cache',
        severity: 'notice',
        summary: 'Compiled code takes 101 of 400 MiB. The code cache is bound to 240 MiB (-XX:ReservedCodeCacheSize).',
        evidence: { bytes: mib(101), cacheBytes: mib(101), tableBytes: 0, sizeBytes: mib(240), usedBytes: mib(103) },
      },
    ]);
  });

  test('a JVM that tells nothing of it, as JDK 8', () => {
    const { jvm: _, ...silent } = code({});
    expect(diagnose(silent).findings[0]).toMatchObject({
      summary: 'Compiled code takes 101 of 400 MiB.',
      evidence: { bytes: mib(101) },
      fixes: [],
    });
  });

  test('one that was full', () => {
    expect(diagnose(code({ codeCache: { ...cache, timesFull: 3 } })).verdict).toMatch(
      /It was full 3 times: the JIT compiler stops then/,
    );
  });

  test('its tables are blocks of malloc from JDK 23 on', () => {
    const codeCache = { ...cache, tablesPerCodeByte: 0.5 };
    const bytesOf = (version: string) => diagnose(code({ version, codeCache })).findings[0]?.evidence['tableBytes'];
    expect([bytesOf('22.0.2'), bytesOf('23.0.1')]).toEqual([0, mib(50.5)]);
    expect(diagnose(code({ version: '25.0.3', codeCache })).verdict).toContain(
      'Compiled code takes 152 of 400 MiB, about 51 of them for its tables in blocks of malloc.',
    );
  });

  test('NMT counts them', () => {
    const evidence = code({ codeCache: cache, ...nmt({ Code: { mallocBytes: mib(13) } }) });
    expect(diagnose(evidence).verdict).toContain('takes 114 of 400 MiB, 13 of them for its tables');
  });

  test('-Xcomp is the cause where it is given', () => {
    const command = ['/usr/bin/java', '-Xcomp', 'Main'];
    expect(flagsOf(code({ codeCache: cache }, { command }))).toEqual(['-Xmixed', '-XX:ReservedCodeCacheSize=64m']);
  });

  test.each<[number, string[], string[]]>([
    [51, [], ['-XX:ReservedCodeCacheSize=64m']],
    [52, [], ['-XX:-TieredCompilation', '-XX:ReservedCodeCacheSize=64m']],
    [52, ['-XX:-TieredCompilation'], ['-XX:ReservedCodeCacheSize=64m']],
  ])('%d MiB with counters, %j', (profiled, flags, cures) => {
    expect(flagsOf(code({ flags, codeCache: { ...cache, profiledBytes: mib(profiled) } }))).toEqual(cures);
  });

  test('a bound below 48 MiB is not advised, nor one that is none', () => {
    expect(flagsOf(code({ codeCache: { sizeBytes: mib(240), usedBytes: mib(97) } }))).toEqual(['-XX:ReservedCodeCacheSize=64m']);
    expect(flagsOf(code({ codeCache: { sizeBytes: mib(240), usedBytes: mib(96) } }))).toEqual(['-XX:ReservedCodeCacheSize=48m']);
    expect(flagsOf(code({ codeCache: { sizeBytes: mib(240), usedBytes: mib(48) } }))).toEqual([]);
  });
});

test('what native code asks the JVM for is Internal: its libraries are named', () => {
  const evidence = holding(127, {}, nmt({ Internal: { mallocBytes: mib(101) } }));
  expect(diagnose({ ...evidence, libraries: ['jni_strings.so'] }).findings[0]?.summary).toBe(
    'Blocks that NMT counts as Internal take 101 of 400 MiB. They are the JVM’s own, or what native code has asked it for by JNI or JVMTI and not released, such as strings of GetStringUTFChars. Native code is loaded of jni_strings.so.',
  );
});
