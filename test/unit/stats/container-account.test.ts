import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { containerParts } from '../../../src/model/container.ts';
import { type MemoryStat, parseMemoryStat } from '../../../src/parse/memory-stat.ts';
import { accountOfContainer } from '../../../src/stats/container-account.ts';
import { mib } from '../../fixtures/evidence.ts';

const stat: MemoryStat = {
  anonBytes: mib(211),
  fileBytes: mib(101),
  shmemBytes: mib(61),
  activeFileBytes: mib(17),
  inactiveFileBytes: mib(19),
  dirtyBytes: mib(3),
};
const kernel = {
  bytes: mib(43),
  slabReclaimableBytes: mib(23),
  slabUnreclaimableBytes: mib(7),
  stackBytes: mib(2),
  pageTableBytes: mib(5),
};
const process = (pid: number, name: string, anon: number, shmem = 0) => ({
  ...{ pid, name, anonBytes: mib(anon), shmemBytes: mib(shmem) },
  ...{ pageTableBytes: mib(1), threads: 64 },
});
const processes = [process(7, 'java', 131, 11), process(8, 'sh', 2), process(9, 'envoy', 53), process(10, 'sh', 3)];
const partsOf = ({ parts }: ReturnType<typeof accountOfContainer>) =>
  Object.fromEntries(parts.map(({ kind, bytes }) => [kind, bytes / mib(1)]));
const sumOf = (parts: readonly { bytes: number }[]) => parts.reduce((sum, { bytes }) => sum + bytes, 0);

describe('v2', () => {
  const account = accountOfContainer(7, {
    usageBytes: mib(359),
    stat: { ...stat, kernel, socketBytes: mib(1) },
    processes,
    unread: 1,
  });

  test('parts have names, and sum to the usage', () => {
    expect(partsOf(account)).toEqual({
      ...{ 'this process': 131, 'other processes': 58, 'of no process seen': 22, 'shared memory': 61 },
      ...{ 'page cache, active': 17, 'page cache, inactive': 19, 'page cache, other': 4 },
      ...{ 'slab, reclaimable': 23, 'slab, unreclaimable': 7, 'kernel stacks': 2, 'page tables': 5, kernel: 6 },
      ...{ sockets: 1, unaccounted: 3 },
    });
    expect(sumOf(account.parts)).toBe(mib(359));
  });

  test('other processes are told by name, largest first', () => {
    expect(account.others).toEqual([
      { name: 'envoy', processes: 1, bytes: mib(53) },
      { name: 'sh', processes: 2, bytes: mib(5) },
    ]);
    expect(account).toMatchObject({ unreadProcesses: 1, processesByRss: 0 });
  });

  test('the kernel takes back page cache and reclaimable slab', () => {
    expect(account).toMatchObject({ unreclaimableBytes: mib(359 - 17 - 19 - 23), uncertainBytes: 0, dirtyBytes: mib(3) });
  });

  test('the working set is what Kubernetes calls so', () => {
    expect(account.workingSetBytes).toBe(mib(359 - 19));
  });

  test('of the shared memory it has mapped what its share is', () => {
    expect(account.sharedByProcessBytes).toBe(mib(11));
  });
});

test('v1 tells one figure of the kernel: what is no stack and no page table may be reclaimable', () => {
  const account = accountOfContainer(7, { usageBytes: mib(351), stat, kernelBytes: mib(37), processes, unread: 0 });
  expect(partsOf(account)).toMatchObject({ 'kernel stacks': 4, 'page tables': 4, kernel: 29, unaccounted: 2 });
  expect(account).toMatchObject({ unreclaimableBytes: mib(351 - 17 - 19), uncertainBytes: mib(29) });
});

test('processes have no more than the group is charged with: what they brought along is paid by another', () => {
  const moved = [process(7, 'java', 300), process(8, 'sh', 122)];
  const account = accountOfContainer(7, { usageBytes: mib(312), stat, processes: moved, unread: 0 });
  expect(partsOf(account)).toMatchObject({ 'this process': 150, 'other processes': 61 });
  expect(sumOf(account.parts)).toBe(mib(312));
});

test('pages given up by MADV_FREE are anonymous, and can be taken back', () => {
  const lazy = { ...stat, inactiveFileBytes: mib(19 + 29) };
  const account = accountOfContainer(7, { usageBytes: mib(312), stat: lazy, processes, unread: 0 });
  expect(partsOf(account)).toMatchObject({ 'page cache, active': 17, 'page cache, inactive': 23 });
  expect(sumOf(account.parts)).toBe(mib(312));
  expect(account.unreclaimableBytes).toBe(mib(312 - 17 - 48));
});

test('RSS stands for shares that could not be read, and is said', () => {
  const byRss = [process(7, 'java', 100), { ...process(8, 'sh', 5), isRss: true as const }];
  expect(accountOfContainer(7, { usageBytes: mib(312), stat, processes: byRss, unread: 0 }).processesByRss).toBe(1);
});

describe('a group whose swap was full when Linux 6.1 killed in it', () => {
  const recorded = (file: string) => readFileSync(new URL(`../../fixtures/cgroup-v2/at-kill/${file}`, import.meta.url), 'utf8');
  const usageBytes = Number(recorded('memory.current'));
  const accountAtKill = (isSwapFull: boolean) => {
    const known = parseMemoryStat(recorded('memory.stat'), 2);
    if (!known) throw new Error('the fixture is a memory.stat of v2');
    return accountOfContainer(7, { usageBytes, stat: known, processes: [], unread: 2, isSwapFull });
  };

  test('the swap cache is all that nothing else tells, to the byte', () => {
    const { parts } = accountAtKill(true);
    expect(parts.find(({ kind }) => kind === 'swap cache')).toEqual({ kind: 'swap cache', bytes: 22339584, reclaimableBytes: 0 });
    expect(parts.map(({ kind }) => kind)).not.toContain('unaccounted');
    expect(sumOf(parts)).toBe(usageBytes);
  });

  test('the kernel did not drop it, so it is held; where swap is free it is not', () => {
    const cacheBytes = 4096 + 4096 + 992;
    expect(accountAtKill(true).unreclaimableBytes).toBe(usageBytes - cacheBytes);
    expect(accountAtKill(false).unreclaimableBytes).toBe(usageBytes - cacheBytes - 22339584);
  });
});

test('a counter that lags makes nothing less than nothing', () => {
  const account = accountOfContainer(7, { usageBytes: mib(300), stat, processes: [], unread: 0 });
  expect(account.parts.map(({ kind }) => kind)).not.toContain('unaccounted');
  expect(account.parts.every(({ bytes }) => bytes > 0)).toBe(true);
});

test('docs/evidence.md has every part', () => {
  const text = readFileSync(new URL('../../../docs/evidence.md', import.meta.url), 'utf8');
  expect(containerParts.filter((part) => !text.includes(`\`${part}\``))).toEqual([]);
});
