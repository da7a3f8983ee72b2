import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { KeptLooks } from '../../../src/model/kept-looks.ts';
import { commandOf } from '../../../src/model/result-kinds.ts';
import { maxLooksBytes, readKeptLooks } from '../../../src/observe/kept-looks.ts';
import { listLooksFiles, looksFileName } from '../../../src/observe/kept-looks-folder.ts';
import { bootId, look, looksOf } from '../../fixtures/kept-looks.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-looks-'));
  const made = folder;
  onTestFinished(() => rmSync(made, { recursive: true }));
});

function put(looks: KeptLooks, name = looksFileName(looks)): string {
  writeFileSync(join(folder, name), JSON.stringify(looks));
  return name;
}

test('what was kept is read as it was written, that of the last look first', async () => {
  const older = looksOf({ looks: [look(0), look(3)] });
  const newer = looksOf({ pid: 4721, looks: [look(1), look(7)] });
  put(older);
  put(newer);
  expect(await readKeptLooks(folder)).toEqual({ processes: [newer, older], unread: [] });
  expect(commandOf(older)).toBe('export --keep-looks');
});

describe('which processes', () => {
  test('two of one pid are told apart by their starts and their boots', async () => {
    const otherBoot = '1b1e7a54-93c1-4f0e-8f5d-2f6f8a1c9d3e';
    for (const minute of [0, 1, 2])
      put(looksOf({ bootId: minute === 2 ? otherBoot : bootId, startTimeTicks: 8009 + minute, looks: [look(minute)] }));
    put(looksOf({ pid: 47 }));
    const { processes } = await readKeptLooks(folder, { pid: 4711 });
    expect(processes.map((found) => [found.bootId, found.startTimeTicks])).toEqual([
      [otherBoot, 8011],
      [bootId, 8010],
      [bootId, 8009],
    ]);
  });

  test.each([
    ['/pod/app', [4711]],
    ['/pod', [4711, 4721]],
    ['/pod/', [4711, 4721]],
    ['/', [4711, 4721]],
    ['/po', []],
    ['/pod/app/below', []],
  ])('those in the cgroup %s', async (cgroupPath, pids) => {
    put(looksOf({ looks: [look(9)] }));
    put(looksOf({ pid: 4721, cgroup: { version: 2, path: '/pod/apples', limitPath: '/pod' } }));
    const { cgroup: _, ...nowhere } = looksOf({ pid: 4723 });
    put(nowhere);
    expect((await readKeptLooks(folder, { cgroupPath })).processes.map(({ pid }) => pid)).toEqual(pids);
  });

  test.each([
    ['/kubepods/burstable/pod2f7e8c3a-91d4-4b7e-8a55-0c1d2e3f4a5b/', [4711]],
    ['/system.slice/docker-', [4711], '.scope'],
    ['/kubepods/another', []],
  ])('those whose container sees its own group as /, by its id: %s', async (before, pids, after = '') => {
    const containerId = 'c0ffee'.padEnd(64, '1');
    const cgroup = { version: 1, path: '/', limitPath: '/' } as const;
    put(looksOf({ cgroup, containerId }));
    put(looksOf({ pid: 4721, cgroup, containerId: 'c0ffee'.padEnd(64, '2') }));
    put(looksOf({ pid: 4723, cgroup }));
    const cgroupPath = pids.length > 0 ? `${before}${containerId}${after}` : before;
    expect((await readKeptLooks(folder, { cgroupPath })).processes.map(({ pid }) => pid)).toEqual(pids);
  });
});

describe('what is no such file', () => {
  test('is passed over without a word when it has another name', async () => {
    for (const name of ['looks.json', '.offheap-0123456789ab', `${looksFileName(looksOf())}.bak`])
      writeFileSync(join(folder, name), '?');
    expect(await readKeptLooks(folder)).toEqual({ processes: [], unread: [] });
  });

  test('is one sentence, and the others are read', async () => {
    const good = looksOf();
    put(good);
    const name = (pid: number) => looksFileName(looksOf({ pid }));
    const path = (pid: number) => join(folder, name(pid));
    symlinkSync(join(folder, looksFileName(good)), path(1));
    mkdirSync(path(2));
    execFileSync('mkfifo', [path(3)]);
    writeFileSync(path(4), 'x'.repeat(maxLooksBytes + 1));
    writeFileSync(path(5), '{"kind":"looks","pid":5');
    put(looksOf({ pid: 6, looks: [] }));
    put(looksOf({ pid: 7, looks: [look(0, { rssBytes: -1 })] }));
    put(looksOf({ pid: 8 }), name(9));
    put(looksOf({ pid: 10, looks: Array.from({ length: 65 }, (_, minute) => look(minute)) }));
    writeFileSync(path(11), '['.repeat(maxLooksBytes));
    put(looksOf({ pid: 12, looks: [look(0, { regions: { [`\u001b[31m${'k'.repeat(4096)}`]: -1 } })] }));
    const { processes, unread } = await readKeptLooks(folder);
    expect(processes).toEqual([good]);
    const causes = [
      [1, /ELOOP/],
      [2, /expected a file/],
      [3, /expected a file/],
      [4, /at most 524288 bytes/],
      [5, /it is no JSON/],
      [6, /none of this version: .* at looks\.$/],
      [7, /at looks\.0\.rssBytes\.$/],
      [9, /it is of another process than its name says/],
      [10, /none of this version/],
      [11, /it is no JSON/],
      [12, /\\u\{1b\}\[31mk+… \(\d+ characters more\)\.$/],
    ] as const;
    expect(unread).toHaveLength(causes.length);
    for (const [pid, cause] of causes) {
      const sentence = unread.find((text) => text.includes(`${name(pid)}"`)) ?? '';
      expect(sentence).toMatch(/^Expected ".*" to be a file of offheap export --keep-looks, but /);
      expect(sentence).toMatch(cause);
      expect(sentence).not.toMatch(/\p{Cc}/u);
    }
  });

  test('is refused as a folder', async () => {
    for (const none of [join(folder, 'none'), '/dev/null'])
      await expect(readKeptLooks(none)).rejects.toMatchObject({ code: 'MISSING_FILE' });
  });
});

test('foreign text is printable', async () => {
  put(looksOf({ name: '\u001b]0;owned\u0007', command: ['\u202e'], looks: [look(0, { regions: { '\u0000': 1009 } })] }));
  const [found] = (await readKeptLooks(folder)).processes;
  expect(found).toMatchObject({ name: '\\u{1b}]0;owned\\u{7}', command: ['\\u{202e}'] });
  expect(found?.looks[0]?.regions).toEqual({ '\\u{0}': 1009 });
});

test('a folder is listed up to a bound, and says so', () => {
  for (let pid = 1; pid <= 5; pid++) put(looksOf({ pid }));
  expect(listLooksFiles(folder, 5)).toMatchObject({ files: { length: 5 }, isCut: false });
  expect(listLooksFiles(folder, 4)).toMatchObject({ files: { length: 4 }, isCut: true });
});
