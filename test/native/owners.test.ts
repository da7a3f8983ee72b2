import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ownersResult } from '../../src/model/owners.ts';
import { observeOwners } from '../../src/observe/owners.ts';
import { footprint, startHeap, untilAsleep } from './inspected.ts';
import { chunkOf, ownerOf, ownersOf } from './owners.ts';
import { compile, type Kind } from './preloaded.ts';

/** Of owned_blocks.c and owned_library.c. */
const counts = { global: 211, list: 307, stack: 401, local: 419, mapping: 433, lost: 503, lostList: 101, large: 3, library: 347 };
const largeBytes = (3 << 20) + 4096;

const startOwned = () => startHeap('owned_blocks', {}, { args: [compile('owned_library', 'library')] });

/** Blocks and bytes beyond those of an owner that are known: malloc's and the thread library's own, smaller than each of these. */
function beyond(owner: { blocks: number; bytes: number }, known: readonly [count: number, request: number][]) {
  const sum = (pick: (item: readonly [number, number]) => number) => known.reduce((all, item) => all + pick(item), 0);
  return {
    blocks: owner.blocks - sum(([count]) => count),
    bytes: owner.bytes - sum(([count, request]) => count * chunkOf(request)),
  };
}

test('each block has the owner that its program gave it', async () => {
  const { pid } = await startOwned();
  const result = await ownersOf(pid);
  expect(ownersResult.parse(result)).toEqual(result);
  expect(result).not.toHaveProperty('heap');
  expect(result).not.toHaveProperty('whyNoHeap');
  expect(result.threads).toBe(2);
  const program = ownerOf(result, 'library', 'owned_blocks');
  expect(program).toMatchObject({
    directBlocks: counts.global + counts.large + 1,
    directBytes: counts.global * chunkOf(1000) + counts.large * largeBytes + chunkOf(1100),
    blocks: counts.global + counts.large + counts.list,
    bytes: counts.global * chunkOf(1000) + counts.large * largeBytes + counts.list * chunkOf(1100),
  });
  expect(program).not.toHaveProperty('types');
  expect(ownerOf(result, 'library', 'owned_library')).toMatchObject({
    ...{ directBlocks: 1, directBytes: chunkOf(1400) },
    ...{ blocks: counts.library, bytes: counts.library * chunkOf(1400) },
  });
  // Its tcache, and where its thread-local variables are.
  const thread = beyond(ownerOf(result, 'thread', 'holder'), [
    [counts.stack, 1900],
    [counts.local, 1800],
  ]);
  expect(thread.blocks).toBeLessThanOrEqual(3);
  expect(thread.bytes).toBeLessThan(1800);
  expect(thread.bytes).toBeGreaterThanOrEqual(0);
  const mapping = beyond(ownerOf(result, 'mapped'), [[counts.mapping, 1200]]);
  expect(mapping.blocks).toBeLessThanOrEqual(2);
  expect(mapping.bytes).toBeLessThan(1200);
  expect(mapping.bytes).toBeGreaterThanOrEqual(0);
});

test('what nothing points to is nobody’s, and only that: freed blocks are none', async () => {
  const { pid } = await startOwned();
  const result = await ownersOf(pid);
  expect(ownerOf(result, 'nobody')).toMatchObject({
    blocks: counts.lost + counts.lostList,
    bytes: counts.lost * chunkOf(777) + counts.lostList * chunkOf(888),
  });
  const { firstBlocks, firstBytes, sizes } = result.unowned;
  expect({ firstBlocks, firstBytes }).toEqual({
    firstBlocks: counts.lost + 1,
    firstBytes: counts.lost * chunkOf(777) + chunkOf(888),
  });
  expect(sizes.map(({ chunkBytes, blocks }) => [chunkBytes, blocks])).toEqual([
    [chunkOf(777), counts.lost],
    [chunkOf(888), counts.lostList],
  ]);
  const example = sizes[0]?.example ?? 0;
  const [, heap = ''] = /^(\S+) .*\[heap\]$/m.exec(readFileSync(`/proc/${pid}/maps`, 'utf8')) ?? [];
  const [start = 0, end = 0] = heap.split('-').map((bound) => Number.parseInt(bound, 16));
  expect(example % 16).toBe(0);
  expect(example).toBeGreaterThan(start);
  expect(example).toBeLessThan(end - 777);
});

test('what they begin with is told only where it is asked for, and no page becomes present', async () => {
  const { pid } = await startOwned();
  await untilAsleep(pid);
  expect(JSON.stringify((await ownersOf(pid)).unowned)).not.toContain('contents');
  const before = footprint(pid);
  const { unowned, owners } = await observeOwners(pid, { peek: true });
  expect(footprint(pid)).toEqual(before);
  const [text, list] = unowned.sizes;
  const said = 'SELECT * FROM \x1b[2J lost';
  const hex = Buffer.from(said.padEnd(64, '\0')).toString('hex');
  expect(text).toMatchObject({ chunkBytes: chunkOf(777), blocks: counts.lost });
  expect(text?.contents?.map(({ address, ...content }) => content)).toEqual(
    Array.from({ length: 3 }, () => ({ hex, text: said.replace('\x1b', '\\x1b') })),
  );
  expect(text?.contents?.map(({ address }) => address)).toContain(text?.example);
  // The address of the next one, behind a word that nobody wrote.
  expect(list?.contents?.map(({ hex: words }) => words)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^0{16}[0-9a-f]{12}0{100}$/)),
  );
  expect(owners.find(({ kind }) => kind === 'nobody')?.blocks).toBe(counts.lost + counts.lostList);
});

test('two looks tell the same, and change nothing of the process', async () => {
  const { pid } = await startOwned();
  await untilAsleep(pid);
  const before = footprint(pid);
  const { owners, unowned } = await ownersOf(pid);
  for (let look = 0; look < 20; look++) {
    const again = await ownersOf(pid);
    expect({ owners: again.owners, unowned: again.unowned }).toEqual({ owners, unowned });
  }
  expect(footprint(pid)).toEqual(before);
});

// A program at a fixed address has its heap so low that a number may look like the address of a block: then the next run has it elsewhere.
test.each<Kind>(['static', 'static-pie', 'fixed'])('%s', { retry: 3 }, async (kind) => {
  const { pid } = await startHeap('owned_blocks', {}, { kind });
  const result = await ownersOf(pid);
  expect(
    beyond(ownerOf(result, 'library', `owned_blocks-${kind}`), [
      [counts.global, 1000],
      [counts.list, 1100],
    ]).blocks,
  ).toBeGreaterThanOrEqual(3);
  expect(ownerOf(result, 'nobody')).toMatchObject({
    blocks: counts.lost + counts.lostList,
    bytes: counts.lost * chunkOf(777) + counts.lostList * chunkOf(888),
  });
});

test('2,000 threads', async () => {
  const { pid } = await startHeap('owned_by_threads', {}, { args: ['2000'] });
  const result = await ownersOf(pid);
  expect(result.threads).toBe(2001);
  const workers = result.owners.filter(({ kind, name }) => kind === 'thread' && name.startsWith('worker'));
  expect(workers).toHaveLength(1);
  expect(workers[0]?.threads).toBe(2000);
  expect(workers[0]?.bytes).toBeGreaterThanOrEqual(2000 * chunkOf(2000));
  expect(ownerOf(result, 'nobody').blocks).toBe(0);
});

test('a stack in a mapping with other memory', async () => {
  const { pid } = await startHeap('owned_by_stack_pool');
  const result = await ownersOf(pid);
  const mapped = beyond(ownerOf(result, 'mapped'), [
    [211, 1000],
    [307, 1100],
  ]);
  expect(mapped.blocks).toBeLessThanOrEqual(2);
  expect(mapped.bytes).toBeLessThan(1000);
  expect(mapped.bytes).toBeGreaterThanOrEqual(0);
  const threads = result.owners.filter(({ kind }) => kind === 'thread');
  expect(threads.reduce((all, { blocks }) => all + blocks, 0)).toBeGreaterThanOrEqual(401);
  expect(ownerOf(result, 'nobody').blocks).toBe(0);
});

test('a process whose first thread has ended', async () => {
  const { pid } = await startHeap('first_thread_ended');
  const result = await ownersOf(pid);
  const kept = beyond(ownerOf(result, 'library', 'first_thread_ended'), [[300, 4999]]);
  expect(kept.blocks).toBeLessThanOrEqual(2);
  expect(kept.bytes).toBeLessThan(4999);
});

test('a child has what it got of its parent, and its own', async () => {
  const parent = await startHeap('owned_by_child');
  const child = Number(readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8'));
  try {
    const ofChild = ownerOf(await ownersOf(child), 'library', 'owned_by_child');
    expect(ofChild).toMatchObject({ directBlocks: 1, blocks: 308, bytes: 307 * chunkOf(1100) + chunkOf(1200) });
    const ofParent = ownerOf(await ownersOf(parent.pid), 'library', 'owned_by_child');
    expect(ofParent).toMatchObject({ directBlocks: 1, blocks: 307, bytes: 307 * chunkOf(1100) });
  } finally {
    process.kill(child, 'SIGKILL');
  }
});

test('it is called off by a signal, whenever it comes', async () => {
  const { pid } = await startHeap('many_chunks');
  for (const afterMs of [0, 5, 20]) {
    const controller = new AbortController();
    const look = observeOwners(pid, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), afterMs);
    await expect(look).rejects.toThrow('enough');
  }
});

test('without the time for it, it says what was not finished', async () => {
  const { pid } = await startHeap('many_chunks');
  await expect(observeOwners(pid, { budgetMs: 1 })).rejects.toMatchObject({
    code: 'INSPECT_FAILED',
    message: expect.stringMatching(
      new RegExp(
        `^The owners of process ${pid} could not be found in the time for it: .+ was not finished\\. Give it more: offheap owners ${pid} --budget=1m$`,
      ),
    ),
  });
});
