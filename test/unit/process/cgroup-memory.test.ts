import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readGroups } from '../../../src/process/cgroup.ts';
import { toGroupMemory } from '../../../src/process/cgroup-memory.ts';
import { accountOfContainer } from '../../../src/stats/container-account.ts';
import { groupPressure, hostPressure } from '../../fixtures/pressure.ts';

/** Files of Linux 6.1 with cgroups v2: a pod with a limit, memory.high and two groups below it, and a group whose memory is in swap. */
const recorded = fileURLToPath(new URL('../../fixtures/cgroup-v2', import.meta.url));
const at = (path: string) => ({ path, folder: `${recorded}${path}` });
const kiB = 1024;
const mib = 1024 ** 2;

/** `app` holds 23 MiB, 31 of a tmpfs, 19 of a file that it read and 7 of one that it wrote; `tcp` sockets; the sidecar 53 MiB. Their shares at the time. */
const processes = [
  { pid: 103, name: 'app', anonBytes: 24_620 * kiB, shmemBytes: 324 * kiB, pageTableBytes: 88 * kiB, threads: 1 },
  { pid: 117, name: 'tcp', anonBytes: 48 * kiB, shmemBytes: 648 * kiB, pageTableBytes: 28 * kiB, threads: 1 },
  { pid: 121, name: 'app', anonBytes: 54_320 * kiB, shmemBytes: 324 * kiB, pageTableBytes: 120 * kiB, threads: 1 },
];

describe('a pod with a limit above the container’s', () => {
  const memory = toGroupMemory(readGroups({ version: 2, folders: [at('/pod/app'), at('/pod')] }));

  test('binds where it has less room, although its limit is higher', () => {
    expect(memory.levels.map(({ path, limitBytes }) => [path, limitBytes])).toEqual([
      ['/pod/app', 160 * mib],
      ['/pod', 192 * mib],
    ]);
    expect(memory.binding).toMatchObject({ path: '/pod', limitBytes: 192 * mib, highBytes: 182 * mib });
  });

  test('tells how often the limits were reached, and of swap without a bound that nothing is in it', () => {
    expect(memory).toMatchObject({ limitHits: 0, highHits: 0, oomKills: 0, swap: { usedBytes: 0 } });
    expect(memory.swap).not.toHaveProperty('freeBytes');
  });

  test('sums to its usage: less than 1 % is told by nothing', () => {
    const { stat, binding } = memory;
    if (!stat || binding.usageBytes === undefined) throw new Error('the recording has both');
    const account = accountOfContainer(103, { usageBytes: binding.usageBytes, stat, processes, unread: 0 });
    const bytes = Object.fromEntries(account.parts.map((part) => [part.kind, part.bytes]));
    expect(account.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(binding.usageBytes);
    expect(bytes['unaccounted'] ?? 0).toBeLessThan(binding.usageBytes / 100);
    expect(bytes).toMatchObject({ 'this process': 24_620 * kiB, 'other processes': 54_368 * kiB, sockets: stat.socketBytes });
    // A folder's block of the file system as well.
    expect((bytes['page cache, active'] ?? 0) / mib).toBeCloseTo(19, 1);
    expect(bytes).toMatchObject({ 'page cache, inactive': 7 * mib, 'shared memory': 31 * mib + 3 * 4 * kiB });
    expect(account.dirtyBytes).toBe(7 * mib);
    expect(account.others).toEqual([
      { name: 'app', processes: 1, bytes: 54_320 * kiB },
      { name: 'tcp', processes: 1, bytes: 48 * kiB },
    ]);
  });
});

test('how long it has waited for memory is told where the kernel counts it, and by the group that binds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-pressure-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(recorded, folder, { recursive: true });
  const folders = [
    { path: '/pod/app', folder: join(folder, 'pod/app') },
    { path: '/pod', folder: join(folder, 'pod') },
  ] as const;
  const read = (version: 1 | 2) => toGroupMemory(readGroups({ version, folders: [...folders] })).pressure;
  expect(read(2)).toBeUndefined();
  writeFileSync(join(folder, 'pod/app/memory.pressure'), hostPressure);
  writeFileSync(join(folder, 'pod/memory.pressure'), groupPressure);
  expect(read(2)).toEqual({
    some: { avg10Share: 0.6169, avg60Share: 0.1921, totalMs: 14_474.708 },
    full: { avg10Share: 0.6136, avg60Share: 0.1912, totalMs: 14_392.145 },
  });
  expect(read(1)).toBeUndefined();
});

test('the limit of the group itself binds where the group above has none', () => {
  expect(toGroupMemory(readGroups({ version: 2, folders: [at('/pod/app')] })).binding.path).toBe('/pod/app');
});

describe('a group in swap', () => {
  const memory = toGroupMemory(readGroups({ version: 2, folders: [at('/sw')] }));

  test('may swap out what its limit of swap leaves', () => {
    expect(memory.swap).toEqual({ usedBytes: 41_803_776, freeBytes: 80 * mib - 41_803_776 });
    expect(memory).toMatchObject({ limitHits: 147, oomKills: 0 });
  });

  test('has pages that are in memory and in swap, which the kernel can drop', () => {
    const { stat } = memory;
    if (!stat) throw new Error('the recording has it');
    const account = accountOfContainer(1, { usageBytes: 41_820_160, stat, processes: [], unread: 0 });
    const cached = account.parts.find(({ kind }) => kind === 'swap cache')?.bytes ?? 0;
    expect(cached).toBeGreaterThan(12 * mib);
    expect(account.unreclaimableBytes).toBe(41_820_160 - cached);
    expect(account.parts.find(({ kind }) => kind === 'unaccounted')?.bytes ?? 0).toBeLessThan(418_201);
  });
});

test('a group that is not there has no figures', () => {
  const memory = toGroupMemory(readGroups({ version: 2, folders: [at('/none')] }));
  expect(memory).toEqual({
    version: 2,
    binding: expect.objectContaining({ path: '/none' }),
    levels: [expect.objectContaining({ path: '/none' })],
    swap: {},
  });
});
