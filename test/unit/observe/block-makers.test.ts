import { expect, test } from 'vitest';
import { readBlockMakers } from '../../../src/observe/block-makers.ts';
import { noFacts } from '../../../src/observe/jvm.ts';
import type { ClassCount } from '../../../src/parse/class-histogram.ts';
import { figures, mallocOf, mib } from '../../fixtures/evidence.ts';

/** Of no process: whoever asks it fails. */
const pid = 2 ** 30;
const asked = new Set(['VM.class_hierarchy']);
const jvm = (classes: number) => ({ ...noFacts, version: '17.0.15+6', commands: asked, metaspaceCounts: { loaders: 3, classes } });
const look = (classes: number, liveMib: number) =>
  readBlockMakers(pid, { jvm: jvm(classes), inspection: mallocOf(figures(liveMib)), libraries: [] }, { timeoutMs: 1000 });

test('a JVM of very many classes is not asked: it would stand still', async () => {
  const detail = 'There are 30,001 classes: to ask which of them are there would stop the JVM for long.';
  expect(await look(30_001, 64)).toEqual({ unknown: [{ instrument: 'classes', code: 'too-many', detail }] });
});

/** JDK 8: it has no command that tells of a class. */
const old = (usedMib: number) => ({
  ...noFacts,
  version: '8.0_452',
  commands: new Set(['GC.class_histogram']),
  heap: { ...noFacts.heap, usedBytes: mib(usedMib) },
});
const lookOld = (usedMib: number, classes?: ClassCount[]) =>
  readBlockMakers(
    pid,
    { jvm: { ...old(usedMib), ...(classes ? { classes } : {}) }, inspection: mallocOf(figures(64)), libraries: [] },
    { timeoutMs: 1000 },
  );

test('the objects of a large heap are not counted without being asked for', async () => {
  const detail =
    'This JDK tells who asked for blocks of malloc by counting its objects alone: of 129 MiB that would stop the JVM for long. --histogram does it.';
  expect(await lookOld(129)).toEqual({ unknown: [{ instrument: 'classes', code: 'too-many', detail }] });
  await expect(lookOld(128)).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
});

test('objects that were counted already tell who may have asked, and which Netty', async () => {
  const counted = {
    'java.nio.DirectByteBuffer$Deallocator': 163,
    'io.netty.buffer.UnpooledByteBufAllocator': 1,
    'a.shaded.netty.buffer.PooledByteBufAllocator': 1,
    'a.shaded.netty.buffer.AdaptiveByteBufAllocator': 2,
    'b.netty.buffer.PooledByteBufAllocator$1': 9,
  };
  const classes = Object.entries(counted).map(([className, instances]) => ({ className, instances, bytes: 16 }));
  expect(await lookOld(900, classes)).toEqual({
    value: {
      makers: ['direct buffers', 'Unsafe', 'Netty'],
      netty: [
        { root: 'io.netty', pools: [] },
        { root: 'a.shaded.netty', pools: ['adaptive', 'arenas'] },
      ],
      directBuffers: 163,
    },
    unknown: [],
  });
});

test('little of malloc is worth no question, and a JVM without the command gets none', async () => {
  expect(await look(700, 63)).toEqual({ unknown: [] });
  const without = { ...jvm(700), commands: new Set<string>() };
  const clues = { jvm: without, inspection: mallocOf(figures(64)), libraries: [] };
  expect(await readBlockMakers(pid, clues, { timeoutMs: 1000 })).toEqual({ unknown: [] });
});

test('one that has ended meanwhile is gone', async () => {
  await expect(look(700, 64)).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
});
