import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findAllocator, findConfiguration, locateAllocator, locateConfiguration } from '../../../src/allocators/locate.ts';
import { parseConfigurations } from '../../../src/allocators/parse-configurations.ts';
import type { Captured, ProcessRunner } from '../../../src/process/runner.ts';

/** A machine's package managers; what they were asked is in `asked`. */
function machine(answers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const capture = async (command: string, args: readonly string[]): Promise<Captured | undefined> => {
    asked.push([command, ...args].join(' '));
    const stdout = answers[`${command} ${args[0]}`];
    return stdout === undefined ? undefined : { stdout, stderr: '' };
  };
  const start = () => Promise.reject(new Error('Nothing is started.'));
  return { asked, runner: { start, capture } satisfies ProcessRunner };
}

const here = import.meta.filename;
beforeEach(() => vi.stubEnv('OFFHEAP_JEMALLOC_LIBRARY', here));
afterEach(() => vi.unstubAllEnvs());
const dpkg = { 'dpkg-query --search': `libjemalloc2:amd64: ${here}\n`, 'dpkg-query --show': '5.3.0-1' };
const [mine] = parseConfigurations('jemalloc');

test('the version of a library is that of its package', async () => {
  const { runner } = machine(dpkg);
  const located = { found: true, preload: here, library: here, version: '5.3.0-1' };
  expect(await locateAllocator('jemalloc', runner)).toEqual(located);
  expect(mine && (await locateConfiguration(mine, runner))).toEqual(located);
});

test('who does not want it asks no package manager', async () => {
  const { asked, runner } = machine(dpkg);
  const located = { found: true, preload: here, library: here, version: undefined };
  expect(await findAllocator('jemalloc', runner)).toEqual(located);
  expect(mine && (await findConfiguration(mine, runner))).toEqual(located);
  expect(asked).toEqual([]);
});

test.for([
  { knows: 'Package: libmimalloc2.0\nVersion: 2.0.9\n', install: 'libmimalloc2.0' },
  { knows: 'Package: libmimalloc2.0\n\nPackage: libmimalloc3\n', install: 'libmimalloc3' },
  { knows: undefined, install: 'libmimalloc3' },
])('a missing library is named as the release names its package: $install', async ({ knows, install }) => {
  vi.stubEnv('OFFHEAP_MIMALLOC_LIBRARY', '/nowhere/libmimalloc.so');
  const { asked, runner } = machine(knows === undefined ? {} : { 'apt-cache show': knows });
  expect(await findAllocator('mimalloc', runner)).toMatchObject({
    found: false,
    reason: expect.stringContaining(`Run: apt-get install ${install} (`),
  });
  expect(asked).toHaveLength(1);
});

test('where all releases have the same name, apt is not asked', async () => {
  vi.stubEnv('OFFHEAP_JEMALLOC_LIBRARY', '/nowhere/libjemalloc.so');
  const { asked, runner } = machine({});
  expect(await findAllocator('jemalloc', runner)).toMatchObject({
    found: false,
    reason: expect.stringContaining('Run: apt-get install libjemalloc2 ('),
  });
  expect(asked).toEqual([]);
});
