import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { LooksKeeper } from '../../../src/exporter/looks-keeper.ts';
import { LooksShelf, requireShelf } from '../../../src/exporter/looks-shelf.ts';
import type { Look, Subject } from '../../../src/exporter/subject.ts';
import { type KeptLooks, mostKeptLooks } from '../../../src/model/kept-looks.ts';
import { readKeptLooks } from '../../../src/observe/kept-looks.ts';
import { listLooksFiles, looksFileName } from '../../../src/observe/kept-looks-folder.ts';
import { crowdedPod } from '../../fixtures/container.ts';
import { mib } from '../../fixtures/evidence.ts';
import { bootId } from '../../fixtures/kept-looks.ts';

let folder = '';
let failures: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-keeper-'));
  failures = [];
  const made = folder;
  onTestFinished(() => {
    rmSync(made, { recursive: true });
  });
});

function subjectOf(pid: number): Subject {
  const turn = { dueAt: 0, failures: 0, expectedMs: 20, isTried: false };
  const argv = ['java', '-jar', 'app.jar'];
  return { pid, startTimeTicks: 10 * pid, argv, command: 'app.jar', isJvm: true, place: {}, turn, memory: {} };
}

const lookAfter = (minute: number, values: Partial<Look> = {}): Look => ({
  ...{
    takenAtMs: Date.UTC(2026, 0, 1, 0, minute),
    rssBytes: 1000 + minute,
    swapBytes: 0,
    hugeBytes: 0,
    hugetlbBytes: 0,
    allocator: 'glibc',
  },
  ...{ regions: [{ kind: 'java heap', rssBytes: 1000 + minute }] },
  ...values,
});

function keeperOf(living: Subject[] = [], bounds = { files: 256, bytes: mib(64) }): LooksKeeper {
  const report = (instrument: string, code: string) => failures.push(`${instrument} ${code}`);
  return new LooksKeeper(new LooksShelf(folder, bounds), { bootId }, { living: () => living, report });
}

async function kept(): Promise<KeptLooks[]> {
  const { processes, unread } = await readKeptLooks(folder);
  expect(unread).toEqual([]);
  return processes;
}
const fileOf = ({ pid, startTimeTicks }: Subject) => join(folder, looksFileName({ bootId, pid, startTimeTicks }));

test('what a look has is in the file, for nobody else to read', async () => {
  const threads = new Map([
    ['pool-N', 5],
    ['other', 2],
  ]);
  const containerId = 'c0ffee'.padEnd(64, '1');
  const subject = { ...subjectOf(7), place: { containerId } };
  const jvm = { flags: ['-XX:MaxHeapSize=1073741824', '-XX:+UseG1GC'] } as NonNullable<Subject['memory']['answers']>['jvm'];
  subject.memory.answers = { askedAt: 0, jvm };
  const javaHeap = { usedBytes: 11, committedBytes: 1024 };
  const cgroup = { ...crowdedPod, limitHits: 3, oomKills: 1 };
  await keeperOf().keep(subject, lookAfter(3, { cgroup, threads, javaHeap }));
  expect(failures).toEqual([]);
  expect(await kept()).toEqual([
    {
      ...{ kind: 'looks', schemaVersion: 1, tool: { name: 'offheap', version: expect.any(String) } },
      ...{ bootId, pid: 7, startTimeTicks: 70, name: 'app.jar', command: ['java', '-jar', 'app.jar'], isJvm: true },
      containerId,
      java: { flags: ['-XX:MaxHeapSize=1073741824', '-XX:+UseG1GC'], maxHeapBytes: 2 ** 30 },
      cgroup: { version: 2, path: '/pod/app', limitPath: '/pod', limitBytes: mib(1531) },
      looks: [
        {
          ...{ takenAt: '2026-01-01T00:03:00.000Z', rssBytes: 1003, swapBytes: 0, regions: { 'java heap': 1003 } },
          ...{ javaHeap, meteredLiveBytes: 7 },
          container: {
            usageBytes: mib(1451),
            parts: {
              ...{ 'this process': mib(1361), 'other processes': mib(29), 'shared memory': mib(3) },
              ...{ 'page cache, inactive': mib(31), 'slab, reclaimable': mib(19), unaccounted: mib(8) },
            },
            ...{ unreclaimableBytes: mib(1401), swapBytes: mib(5), limitHits: 3, oomKills: 1 },
          },
        },
      ],
    },
  ]);
  expect(statSync(fileOf(subject)).mode & 0o777).toBe(0o600);
});

describe('a history', () => {
  test('has 64 looks at most, the first and the last among them', async () => {
    const keeper = keeperOf();
    const subject = subjectOf(7);
    for (let minute = 0; minute <= mostKeptLooks; minute++) await keeper.keep(subject, lookAfter(minute));
    const minutes = ((await kept())[0]?.looks ?? []).map(({ rssBytes }) => rssBytes - 1000);
    expect(minutes).toEqual([...Array.from({ length: 32 }, (_, index) => 2 * index), 63, 64]);
  });

  test('goes on where another exporter has ended, and where the process has become another program', async () => {
    await keeperOf().keep(subjectOf(7), lookAfter(0));
    const keeper = keeperOf();
    await keeper.keep(subjectOf(7), lookAfter(1));
    await keeper.keep({ ...subjectOf(7), command: 'other.jar' }, lookAfter(2));
    const [found] = await kept();
    expect(found?.looks.map(({ rssBytes }) => rssBytes)).toEqual([1000, 1001, 1002]);
    expect(found?.name).toBe('other.jar');
  });

  test('begins anew where its file is broken, which is counted once', async () => {
    const subject = subjectOf(7);
    writeFileSync(fileOf(subject), '{');
    const keeper = keeperOf();
    for (const minute of [0, 1]) await keeper.keep(subject, lookAfter(minute));
    expect((await kept())[0]?.looks).toHaveLength(2);
    expect(failures).toEqual(['kept looks INVALID_FILE']);
  });
});

describe('the folder', () => {
  test('has the newest of 1,000 dead processes up to the bound, and those that live whatever their age', async () => {
    const living = subjectOf(1);
    const keeper = keeperOf([living]);
    await keeper.keep(living, lookAfter(0));
    for (let pid = 2; pid <= 1001; pid++) await keeper.keep(subjectOf(pid), lookAfter(0));
    const pids = listLooksFiles(folder).files.map(({ pid }) => pid);
    expect(pids.sort((a, b) => a - b)).toEqual([1, ...Array.from({ length: 255 }, (_, index) => 747 + index)]);
    expect(failures).toEqual([]);
  });

  test('is taken over from exporters before: the oldest go first, and what they left half written', async () => {
    for (let pid = 1; pid <= 5; pid++) {
      await keeperOf().keep(subjectOf(pid), lookAfter(0));
      utimesSync(fileOf(subjectOf(pid)), 1e6, 1e6 - pid);
    }
    for (const name of ['.offheap-0123456789ab', '.offheap-ba9876543210']) writeFileSync(join(folder, name), '');
    utimesSync(join(folder, '.offheap-0123456789ab'), 1e6, 1e6);
    await keeperOf([], { files: 4, bytes: mib(1) }).keep(subjectOf(6), lookAfter(0));
    const { files, leftovers } = listLooksFiles(folder);
    expect(files.map(({ pid }) => pid).sort()).toEqual([1, 2, 3, 6]);
    expect(leftovers).toEqual(['.offheap-ba9876543210']);
  });

  test('has no more bytes than it may, and what lives is not given up for what is new', async () => {
    const subjects = [1, 2].map(subjectOf);
    const [first, second] = subjects as [Subject, Subject];
    await keeperOf().keep(first, lookAfter(0));
    const { size } = statSync(fileOf(first));
    const keeper = keeperOf(subjects, { files: 256, bytes: 2 * size - 1 });
    await keeper.keep(second, lookAfter(0));
    expect((await kept()).map(({ pid }) => pid)).toEqual([1]);
    expect(failures).toEqual(['kept looks NO_ROOM']);
    subjects.shift();
    await keeper.keep(second, lookAfter(1));
    expect((await kept()).map(({ pid }) => pid)).toEqual([2]);
    expect(failures).toHaveLength(1);
  });
});

describe('what cannot be written', () => {
  test('is counted once a look, and replaces nothing: a link, a folder, a missing folder', async () => {
    const outside = join(folder, 'outside');
    writeFileSync(outside, 'kept');
    symlinkSync(outside, fileOf(subjectOf(1)));
    mkdirSync(fileOf(subjectOf(2)));
    const keeper = keeperOf();
    for (const pid of [1, 2]) await keeper.keep(subjectOf(pid), lookAfter(0));
    expect(failures).toEqual(Array(2).fill('kept looks WRITE_FAILED'));
    expect(readFileSync(outside, 'utf8')).toBe('kept');
    expect(readdirSync(folder)).toHaveLength(3);
    rmSync(folder, { recursive: true });
    await keeper.keep(subjectOf(3), lookAfter(0));
    await keeperOf().keep(subjectOf(3), lookAfter(0));
    expect(failures).toEqual(Array(4).fill('kept looks WRITE_FAILED'));
    mkdirSync(folder);
  });

  test('does not hold a look up for long where the file system does not answer, and the next ones not at all', async () => {
    const shelf = { read: async () => undefined, write: () => new Promise<boolean>(() => {}) } as unknown as LooksShelf;
    const report = (instrument: string, code: string) => failures.push(`${instrument} ${code}`);
    const keeper = new LooksKeeper(shelf, { bootId }, { living: () => [], report, patienceMs: 1 });
    for (const minute of [0, 1, 2]) await keeper.keep(subjectOf(1), lookAfter(minute));
    await keeper.settled();
    expect(failures).toEqual(Array(3).fill('kept looks TIMEOUT'));
  });

  test('is refused before anything is exported', () => {
    requireShelf(join(folder, 'new', 'one'));
    for (const made of ['new', 'new/one']) expect(statSync(join(folder, made)).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, 'file'), '');
    expect(() => requireShelf(join(folder, 'file'))).toThrow(/^Expected --keep-looks to name a folder .* is none: EEXIST/);
    expect(() => requireShelf('/proc/looks')).toThrow(/is none: ENOENT/);
  });
});
