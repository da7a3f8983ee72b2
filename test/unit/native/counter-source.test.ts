import { expect, test } from 'vitest';
import { maxPages, parsePageMappings, processStartTime } from '../../../src/native/counter-source.ts';
import { parsePulse, parseStat } from '../../../src/parse/proc-stat.ts';

test('the pages of a process are the shared writable mappings that are named so', () => {
  const maps = `
7f0000000000-7f0000490000 rw-s 00000000 00:1a 4711                       /dev/shm/app/12-0.counters
7f0000500000-7f0000990000 rw-s 00000000 00:01 1033                       /memfd:offheap-counters (deleted)
00400000-00890000 rw-s 00000000 00:1a 5                                  /tmp/a b\\012c.counters (deleted)
7f1000000000-7f1000490000 r--s 00000000 00:1a 4711                       /dev/shm/another-process/7-0.counters
7f2000000000-7f2000490000 rw-p 00000000 00:1a 4711                       /dev/shm/app/copy.counters
7f3000000000-7f3000490000 rw-s 00001000 00:1a 4711                       /dev/shm/app/offset.counters
7f4000000000-7f4000490000 rw-s 00000000 00:01 9                          /memfd:doublemapper (deleted)
7f5000000000-7f5000021000 rw-p 00000000 00:00 0 
7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0                          [stack]
`;
  const page = { perms: 'rw-s', offset: 0, device: '0:26' };
  expect(parsePageMappings(maps)).toEqual([
    { ...page, start: 0x7f0000000000, end: 0x7f0000490000, inode: 4711, path: '/dev/shm/app/12-0.counters', deleted: false },
    {
      ...page,
      start: 0x7f0000500000,
      end: 0x7f0000990000,
      device: '0:1',
      inode: 1033,
      path: '/memfd:offheap-counters',
      deleted: true,
    },
    { ...page, start: 0x400000, end: 0x890000, inode: 5, path: '/tmp/a b\nc.counters', deleted: true },
  ]);
});

test('of a process that maps thousands of pages, which no honest one does, the first few are opened', () => {
  const line = '7f0000000000-7f0000490000 rw-s 00000000 00:1a 4711   /dev/shm/app/12-0.counters\n';
  expect(parsePageMappings(line.repeat(5003))).toHaveLength(maxPages);
});

test('a process without pages has none, a zombie’s maps are empty', () => {
  expect(parsePageMappings('')).toEqual([]);
});

test('start time is field 22, whatever the name of the process', () => {
  const fields = Array.from({ length: 50 }, (_, index) => String(index + 3));
  expect(parseStat(`42 (a) b (c) R ${fields.slice(1).join(' ')}`)).toEqual({ state: 'R', startTime: 22, sizeBytes: 23 });
  expect(parseStat(`42 (java) Z ${fields.slice(1).join(' ')}`)).toEqual({ state: 'Z', startTime: 22, sizeBytes: 23 });
});

test('the pulse of a process, and none of a zombie', () => {
  const fields = Array.from({ length: 50 }, (_, index) => String(index + 3));
  expect(parsePulse(`42 (a) b (c) R ${fields.slice(1).join(' ')}`)).toEqual({
    startTimeTicks: 22,
    // Fields 14 and 15, in hundredths of a second: 14 and 15.
    cpuMs: 290,
    rssPages: 24,
    threads: 20,
    sizeBytes: 23,
    program: '(a) b (c 28',
  });
  expect(parsePulse(`42 (java) Z ${fields.slice(1).join(' ')}`)).toBeUndefined();
});

test('start time of this process, and of none', () => {
  expect(processStartTime(process.pid)).toBeGreaterThan(0);
  expect(processStartTime(2 ** 30)).toBeUndefined();
});
