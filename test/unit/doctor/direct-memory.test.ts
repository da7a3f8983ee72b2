import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { BlockMaker, Netty } from '../../../src/model/block-makers.ts';
import type { Evidence, Finding, JvmEvidence } from '../../../src/model/doctor.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { evidenceOf, figures, jvmOf, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';

/** A block of 1 MiB takes a page more. */
const chunkBytes = mib(1) + 4096;
const sizeBytes = 163 * chunkBytes;

/** 163 blocks of one size, beside 9 MiB of others, in a JVM whose code has asked by these ways. */
function holding(makers: BlockMaker[] | undefined, jvm: Partial<JvmEvidence> = {}, more: Partial<Evidence> = {}): Evidence {
  const sizes = [{ chunkBytes, chunks: 163 }];
  const mmapped = { chunks: 163, sizeBytes, rssBytes: sizeBytes, sizes };
  return evidenceOf({
    malloc: mallocOf(figures(9), { mmapped }),
    jvm: jvmOf({ ...(makers ? { blockMakers: makers } : {}), ...jvm }),
    ...more,
  });
}

function first(evidence: Evidence): Finding {
  const [finding] = diagnose(evidence).findings;
  if (!finding) throw new Error('nothing was found');
  return finding;
}

const flagsOf = ({ fixes }: Finding) => fixes.flatMap(({ jvmFlags = [] }) => jvmFlags);
const commandsOf = ({ fixes }: Finding) => fixes.flatMap(({ command }) => command ?? []);
const collected = { gc: { collections: 9, lastFullAgoMs: 400, askedAgoMs: 400 } };

describe('blocks of one size that only Java code can have asked for', () => {
  test('direct buffers: held, or waiting for a GC, and a collection tells', () => {
    const finding = first(holding(['direct buffers']));
    expect(finding).toMatchObject({
      code: 'direct-buffers',
      severity: 'problem',
      summary:
        '163 blocks of 1,052,672 bytes, most likely direct buffers, take 164 of 400 MiB. They wait for a GC, or the program holds them: a collection tells, and the whole heap was never collected.',
      evidence: { bytes: sizeBytes, count: 163, blockBytes: chunkBytes },
    });
    expect(commandsOf(finding)).toEqual(['offheap doctor 4711 --gc', 'offheap doctor 4711 --stacks=30s']);
    expect(flagsOf(finding)).toEqual([]);
  });

  test('of JDK 8, which counts its objects, as many direct buffers as blocks leave no doubt', () => {
    const counted = (directBufferObjects: number) =>
      first(holding(['direct buffers', 'Unsafe'], { version: '8.0_452', directBufferObjects })).summary;
    expect(counted(163)).toMatch(/^163 blocks of 1,052,672 bytes, as many as there are direct buffers \(163\), take/);
    expect(counted(7)).toMatch(/^163 blocks of 1,052,672 bytes, most likely direct buffers or blocks of sun\.misc\.Unsafe, take/);
  });

  test('every JDK 8 has loaded Unsafe: of that alone nothing is said but that they may be', () => {
    const finding = first(holding(['Unsafe'], { version: '8.0_452', directBufferObjects: 0 }));
    expect(finding).toMatchObject({ code: 'live-malloc' });
    expect(finding.summary).toMatch(/They may be blocks of sun\.misc\.Unsafe\.$/);
    const regions = regionsOf({ 'code cache': 101 });
    const jvm = { version: '8.0_452', directBufferObjects: 0 };
    const { findings } = diagnose(holding(['Unsafe'], jvm, { regions }));
    expect(findings.map(({ summary }) => summary).join(' ')).toContain(
      'They may be blocks of sun.misc.Unsafe or tables of the JVM’s compiled code.',
    );
  });

  test('before JDK 12 blocks of 8 KiB may be of the JVM’s own tables', () => {
    const sizes = [
      {
        chunkBytes: 8208,
        liveChunks: 20_000,
        liveBytes: 20_000 * 8208,
        cachedChunks: 0,
        cachedBytes: 0,
        freeChunks: 0,
        freeBytes: 0,
      },
    ];
    const codeIn = (version: string) =>
      first(
        evidenceOf({
          malloc: mallocOf(figures(160), { sizes }),
          jvm: jvmOf({ version, blockMakers: ['direct buffers', 'Unsafe'] }),
        }),
      ).code;
    expect(codeIn('11.0.13')).toBe('live-malloc');
    expect(codeIn('17.0.15')).toBe('direct-buffers');
  });

  test('after a collection they are held, and a bound leaves as much again', () => {
    const heap = (maximum: number) => ({ ...collected, flags: [`-XX:MaxHeapSize=${mib(maximum)}`] });
    const finding = first(holding(['direct buffers'], heap(1024)));
    expect(finding.summary).toMatch(
      /take 164 of 400 MiB\. They have survived a collection of the whole heap: the program holds them\.$/,
    );
    expect(commandsOf(finding)).toEqual(['offheap doctor 4711 --stacks=30s']);
    // 2 × 163.6 MiB in steps of 16.
    expect(flagsOf(finding)).toEqual(['-XX:MaxDirectMemorySize=336m']);
    expect(flagsOf(first(holding(['direct buffers'], heap(336))))).toEqual([]);
    const set = ['-XX:MaxDirectMemorySize=314572800', `-XX:MaxHeapSize=${mib(1024)}`];
    expect(flagsOf(first(holding(['direct buffers'], { ...collected, flags: set })))).toEqual([]);
  });

  test('as many as a pool has threads: each keeps one for channels', () => {
    const threads = { count: 180, groups: [{ name: 'writer-N', count: 160 }] };
    const finding = first(holding(['direct buffers', 'channel buffers'], { threads }));
    expect(finding.summary).toMatch(/There are as many threads writer-N: each keeps the largest that it has used for channels\.$/);
    expect(finding.fixes[0]?.jvmFlags).toEqual(['-Djdk.nio.maxCachedBufferSize=262144']);
    const fewer = { count: 180, groups: [{ name: 'writer-N', count: 140 }] };
    expect(first(holding(['direct buffers', 'channel buffers'], { threads: fewer })).summary).toContain('wait for a GC');
    expect(first(holding(['direct buffers'], { threads })).summary).toContain('wait for a GC');
  });

  test.each<[BlockMaker[], RegExp]>([
    [['FFM'], /most likely segments of the foreign memory API \(FFM\), take .* They live until their arenas are closed\.$/],
    [['Unsafe'], /most likely blocks of sun\.misc\.Unsafe, take .* No GC frees them: they live until the code does\.$/],
    [['Unsafe', 'FFM'], /most likely blocks of sun\.misc\.Unsafe or segments of the foreign memory API \(FFM\), take/],
  ])('%j: no GC frees them, and they are a notice', (makers, summary) => {
    const finding = first(holding(makers));
    expect(finding).toMatchObject({ code: 'direct-buffers', severity: 'notice', summary: expect.stringMatching(summary) });
    expect(commandsOf(finding)).toEqual(['offheap doctor 4711 --stacks=30s']);
  });

  test('blocks of JNA waits for a GC as well, and its library is no other’s', () => {
    const finding = first(holding(['JNA', 'Unsafe'], {}, { libraries: ['jna….tmp'] }));
    expect(finding.summary).toMatch(/most likely .*blocks of JNA \(com\.sun\.jna\.Memory\).* They wait for a GC, or/);
  });

  test('counted in the Java heap, they are direct buffers whoever else is there', () => {
    const histogram = { inflaters: 0, deflaters: 0, directBuffers: 160, top: [] };
    const finding = first(holding(['direct buffers', 'Unsafe'], { histogram }, { libraries: ['librocksdbjni.so'] }));
    expect(finding).toMatchObject({ code: 'direct-buffers', severity: 'problem' });
    expect(finding.summary).toMatch(/^163 blocks of 1,052,672 bytes, as many as there are direct buffers \(160\), take 164/);
  });

  test('with a native library beside them nobody knows: all are named', () => {
    const finding = first(holding(['direct buffers', 'Unsafe'], {}, { libraries: ['librocksdbjni….so', 'libzstd-jni.so'] }));
    expect(finding).toMatchObject({
      code: 'live-malloc',
      severity: 'notice',
      evidence: { blockBytes: chunkBytes, blocksOfThat: 163 },
    });
    expect(finding.summary).toBe(
      'The program holds 173 of 400 MiB in blocks of malloc. They are in use, so no setting of malloc gives them back. 163 blocks of 1,052,672 bytes are 95 % of that. They may be direct buffers, blocks of sun.misc.Unsafe or blocks of the native libraries librocksdbjni….so or libzstd-jni.so. Where Java objects own them, some may wait for a GC: a collection tells.',
    );
    const rocks = (jvm: Partial<JvmEvidence>) => first(holding([], jvm, { libraries: ['librocksdbjni….so'] }));
    expect(commandsOf(rocks({}))).toEqual(['offheap doctor 4711 --gc --trim', 'offheap doctor 4711 --stacks=30s']);
    expect(commandsOf(rocks(collected))).toEqual(['offheap doctor 4711 --stacks=30s']);
    expect(rocks(collected).summary).not.toMatch(/wait for a GC/);
  });

  test('of many sizes they are direct buffers, where nobody else is seen that makes such', () => {
    const sizes = Array.from({ length: 163 }, (_, nth) => ({ chunkBytes: chunkBytes + nth * 4096, chunks: 1 }));
    const of = (makers: BlockMaker[], liveMib: number, more: Partial<Evidence> = {}) =>
      first(
        evidenceOf({
          malloc: mallocOf(figures(liveMib), { mmapped: { chunks: 163, sizeBytes: mib(160), rssBytes: mib(160), sizes } }),
          jvm: jvmOf({ blockMakers: makers }),
          ...more,
        }),
      );
    expect(of(['direct buffers'], 40)).toMatchObject({
      code: 'direct-buffers',
      severity: 'problem',
      summary: expect.stringMatching(
        /^163 blocks of many sizes, most likely direct buffers, take 160 of 400 MiB\. They wait for a GC, or/,
      ),
      evidence: { bytes: mib(160), count: 163 },
    });
    expect(of(['direct buffers'], 41).code).toBe('live-malloc');
    expect(of(['direct buffers', 'Unsafe'], 40).code).toBe('live-malloc');
    expect(of(['direct buffers'], 40, { libraries: ['librocksdbjni.so'] }).code).toBe('live-malloc');
  });

  test('of many sizes they may be, where most have a mapping of their own', () => {
    const sizes = Array.from({ length: 163 }, (_, nth) => ({ chunkBytes: chunkBytes + nth * 4096, chunks: 1 }));
    const mmapped = (size: number) => ({ chunks: 163, sizeBytes: mib(size), rssBytes: mib(size), sizes });
    const of = (live: number, size: number) =>
      first(
        evidenceOf({
          malloc: mallocOf(figures(live), { mmapped: mmapped(size) }),
          jvm: jvmOf({ blockMakers: ['direct buffers'] }),
        }),
      );
    expect(of(80, 80).summary).toMatch(/gives them back\. They may be direct buffers\.$/);
    expect(commandsOf(of(80, 80))[0]).toBe('offheap doctor 4711 --gc');
    expect(of(81, 80).summary).not.toContain('direct buffers');
    expect(commandsOf(of(81, 80))).toEqual(['offheap doctor 4711 --stacks=30s']);
  });

  test.each([[undefined], [[]]])('not asked, or none of them: %j', (makers) => {
    expect(first(holding(makers)).code).toBe('live-malloc');
  });
});

test.each([
  [4 * bytesPerMiB + 4096, 41, true],
  [16 * bytesPerMiB + 16, 11, true],
  [3 * bytesPerMiB + 4096, 41, false],
])('blocks of %d bytes under Netty', (chunk, chunks, isPool) => {
  const mmapped = { chunks, sizeBytes: chunk * chunks, rssBytes: chunk * chunks, sizes: [{ chunkBytes: chunk, chunks }] };
  const jvm = jvmOf({ blockMakers: ['direct buffers', 'Unsafe', 'Netty'] });
  const finding = first(evidenceOf({ malloc: mallocOf(figures(9), { mmapped }), jvm, libraries: ['libnetty_tcnative.so'] }));
  expect(finding.code).toBe(isPool ? 'direct-buffers' : 'live-malloc');
  expect(finding.summary).toContain(isPool ? ', as large as chunks of Netty’s pool, take' : 'buffers of Netty');
  if (!isPool) return;
  expect(finding.summary).toMatch(/How much of them is in use, Netty alone knows\.$/);
  expect(finding.severity).toBe('notice');
  expect(flagsOf(finding)).toEqual(['-Dio.netty.leakDetection.level=paranoid', '-Dio.netty.allocator.numDirectArenas=2']);
});

test('what NMT counts is of whoever has asked', () => {
  const directBuffers = { count: 4001, capacityBytes: mib(100) };
  const summary = (blockMakers?: BlockMaker[]) =>
    first(evidenceOf({ jvm: jvmOf({ directBuffers, ...(blockMakers ? { blockMakers } : {}) }) })).summary;
  expect(summary()).toMatch(/^4,001 direct buffers or other blocks of Unsafe take 100 of 400 MiB\. They wait for a GC, or/);
  expect(summary(['direct buffers'])).toMatch(/^4,001 direct buffers take 100/);
  expect(summary(['FFM'])).toMatch(/^4,001 segments of the foreign memory API \(FFM\) take 100/);
});

test('chunks of HotSpot’s own arenas are not taken for what Java code has asked for', () => {
  const row = { chunkBytes: 32_752, liveChunks: 5000, liveBytes: 5000 * 32_752, freeChunks: 0, freeBytes: 0 };
  const malloc = mallocOf(figures(160), { sizes: [row] });
  const finding = first(evidenceOf({ malloc, jvm: jvmOf({ blockMakers: ['Unsafe'] }) }));
  expect(finding.code).toBe('live-malloc');
  expect(finding.summary).not.toContain('Unsafe');
  expect(finding.summary).toContain('5,000 blocks of 32,752 bytes are 98 % of that.');
});

describe('Netty', () => {
  const shaded = 'io.grpc.netty.shaded.io.netty';
  const of = (netty: Netty[], bytes: number, more: Partial<Evidence> = {}) => {
    const sizes = [{ chunkBytes: bytes + 4096, chunks: 40 }];
    const mmapped = { chunks: 40, sizeBytes: 40 * bytes, rssBytes: 40 * bytes, sizes };
    const jvm = jvmOf({ blockMakers: ['direct buffers', 'Unsafe', 'Netty'], netty });
    return first(evidenceOf({ malloc: mallocOf(figures(9), { mmapped }), jvm, ...more }));
  };

  test('that a library carries under another name has settings of that name', () => {
    const finding = of([{ root: shaded, pools: ['arenas'] }], mib(4));
    expect(finding.summary).toMatch(
      /^40 blocks of 4,198,400 bytes, as large as chunks of Netty’s pool \(io\.grpc\.netty\.shaded\.io\.netty\), take 160 of 400 MiB\./,
    );
    expect(flagsOf(finding)).toEqual([`-D${shaded}.leakDetection.level=paranoid`, `-D${shaded}.allocator.numDirectArenas=2`]);
  });

  test('what was set already is not advised', () => {
    const command = ['java', `-D${shaded}.allocator.numDirectArenas=8`, '-jar', 'a.jar'];
    expect(flagsOf(of([{ root: shaded, pools: ['arenas'] }], mib(4), { command }))).toEqual([
      `-D${shaded}.leakDetection.level=paranoid`,
    ]);
  });

  test('the adaptive pool has no arenas, and chunks that may be others’', () => {
    const finding = of([{ root: 'io.netty', pools: ['adaptive'] }], mib(2));
    expect(finding).toMatchObject({ code: 'direct-buffers', severity: 'problem' });
    expect(finding.summary).toMatch(
      /^40 blocks of 2,101,248 bytes, as large as chunks of Netty’s adaptive pool, take 80 of 400 MiB\. They wait for a GC, or/,
    );
    expect(finding.fixes[0]?.action).toMatch(/^In the code: release each buffer of Netty/);
    expect(flagsOf(finding)).toEqual(['-Dio.netty.leakDetection.level=paranoid']);
  });

  test.each([
    ['adaptive', mib(16), 'most likely'],
    ['adaptive', mib(5) + 8192, 'most likely'],
    ['adaptive', mib(8), 'as large as chunks'],
    ['arenas', mib(5), 'most likely'],
    ['arenas', mib(16), 'as large as chunks'],
  ] as const)('a chunk of the %s pool may have %d bytes: %s', (pool, bytes, words) => {
    expect(of([{ root: 'io.netty', pools: [pool] }], bytes, { rssBytes: mib(700) }).summary).toContain(words);
  });
});
