import { expect, test } from 'vitest';
import { askNettys, nettysAmong } from '../../../src/jvm/netty.ts';

/** As JDK 17 and 25 answer. */
const threads = (...roots: string[]) =>
  [
    'java.lang.Object/null',
    '|--java.lang.Thread/null',
    '|  |--jdk.internal.misc.InnocuousThread/null',
    ...roots.map((root) => `|  |--${root}.util.concurrent.FastThreadLocalThread/0x00007f20b407bcd0`),
    '|  |--a.b.FastThreadLocalThread/0x00007f20b407bcd0',
  ].join('\n');

/** A JVM that has loaded these classes, and those threads. */
async function found(text: string, loaded: readonly string[]) {
  const asked: string[] = [];
  const nettys = await askNettys(async (question) => {
    asked.push(question);
    if (question.startsWith('-s ')) return text;
    return loaded.includes(question) ? `java.lang.Object/null\n|--${question}/0x00007f20b407bcd0\n` : '';
  });
  return { asked, nettys };
}

const shaded = 'io.grpc.netty.shaded.io.netty';

test('a JVM without Netty is asked two questions', async () => {
  expect(await found(threads(), [])).toEqual({
    asked: ['-s java.lang.Thread', 'io.netty.buffer.AbstractByteBufAllocator'],
    nettys: [],
  });
});

test('Netty under its own name, and under that of a library which carries it', async () => {
  const loaded = [
    'io.netty.buffer.AbstractByteBufAllocator',
    'io.netty.buffer.AdaptivePoolingAllocator',
    `${shaded}.buffer.AbstractByteBufAllocator`,
    `${shaded}.buffer.PoolArena`,
  ];
  expect((await found(threads('io.netty', shaded), loaded)).nettys).toEqual([
    { root: 'io.netty', pools: ['adaptive'] },
    { root: shaded, pools: ['arenas'] },
  ]);
});

test('its threads alone are no pool, and of many names the first are asked for', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `a${index}.netty`);
  const { asked, nettys } = await found(
    threads(...names),
    names.map((name) => `${name}.buffer.AbstractByteBufAllocator`),
  );
  expect(nettys.map(({ root }) => root)).toEqual(['a0.netty', 'a1.netty', 'a2.netty']);
  expect(asked).toHaveLength(1 + 4 + 2 * 3);
});

test('of objects, those of the allocators tell', () => {
  const classes = [`${shaded}.buffer.PooledByteBufAllocator`, 'io.netty.buffer.AdaptiveByteBufAllocator', 'my.netty.buffer.Other'];
  expect(nettysAmong(classes)).toEqual([
    { root: shaded, pools: ['arenas'] },
    { root: 'io.netty', pools: ['adaptive'] },
  ]);
});
