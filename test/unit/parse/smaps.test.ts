import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSmaps, SmapsParser } from '../../../src/parse/smaps.ts';

const fixture = readFileSync(new URL('../../fixtures/jvm/smaps-25-G1.txt', import.meta.url), 'utf8');

describe('parseSmaps', () => {
  test('a real beginning: anonymous, a file, reserved', () => {
    const [first, file, reserved, ...rest] = parseSmaps(fixture);
    expect(first).toMatchObject({
      start: 0x10000000,
      end: 0x10001000,
      perms: '---p',
      path: '',
      rssBytes: 4096,
      vmFlags: 'mr mw me ac',
    });
    expect(file).toMatchObject({
      inode: 315633,
      offset: 0x1000,
      rssBytes: 13616 * 1024,
      anonymousBytes: 10384 * 1024,
      deleted: false,
    });
    expect(file?.path).toMatch(/classes\.jsa$/);
    expect(reserved).toMatchObject({ rssBytes: 0, perms: '---p' });
    expect(rest).toEqual([]);
  });

  test('pages of hugetlbfs, which the kernel leaves out of Rss, are resident', () => {
    const text = readFileSync(new URL('../../fixtures/jvm/smaps-17-hugetlb.txt', import.meta.url), 'utf8');
    const figures = parseSmaps(text).map(({ path, rssBytes, hugetlbBytes }) => ({ path, rssBytes, hugetlbBytes }));
    const huge = { path: '/anon_hugepage', rssBytes: 2048 * 1024, hugetlbBytes: 2048 * 1024 };
    expect(figures).toEqual([huge, huge]);
    const mixed = parseSmaps('1000-2000 rw-s 00000000 00:01 7 /x\nRss: 4 kB\nShared_Hugetlb: 8 kB\nPrivate_Hugetlb: 16 kB\n');
    expect(mixed).toMatchObject([{ rssBytes: 28 * 1024, hugetlbBytes: 24 * 1024 }]);
  });

  test('transparent huge pages: of anonymous and of shared memory, and not of files', () => {
    const text = `1000-2000 rw-p 00000000 00:00 0
Rss: 6144 kB
AnonHugePages:      4096 kB
ShmemPmdMapped:     2048 kB
FilePmdMapped:      2048 kB
`;
    expect(parseSmaps(text)).toMatchObject([{ rssBytes: 6144 * 1024, hugeBytes: 6144 * 1024, hugetlbBytes: 0 }]);
  });

  test('in pieces, wherever they are cut', () => {
    const text = `${fixture}6000-7000 rw-p 00000000 00:01 7 /é\u2028\nRss: 8 kB\n7000-8000 rw-p 00000000 00:01 7 /${'c'.repeat(100_000)}\nRss: 4 kB\nVmFlags: rd wr`;
    const whole = parseSmaps(text);
    expect(whole.at(-2)).toMatchObject({ path: '/é\u2028', rssBytes: 8192 });
    expect(whole.at(-1)).toMatchObject({ rssBytes: 4096, vmFlags: 'rd wr' });
    const bytes = Buffer.from(text);
    const room = Buffer.alloc(4093);
    for (const size of [1, 7, 4093]) {
      const parser = new SmapsParser();
      for (let from = 0; from < bytes.length; from += size) {
        // The next piece is read into the same place.
        const length = bytes.copy(room, 0, from, from + size);
        parser.take(room.subarray(0, length));
      }
      expect(parser.end()).toEqual(whole);
    }
  });

  test('names that end a line for JavaScript, and one that is longer than a line may be: no mapping is lost', () => {
    const names = ['/a\r', '/\u2028b', `/${' '.repeat(4000)}\r`, `/${'c'.repeat(100_000)}`];
    const text = names.map((name, index) => `${index}000-${index + 1}000 rw-p 00000000 00:01 7 ${name}\nRss: 4 kB\n`).join('');
    const mappings = parseSmaps(text);
    expect(mappings.map(({ rssBytes }) => rssBytes)).toEqual([4096, 4096, 4096, 4096]);
    expect(mappings.slice(0, 3).map(({ path }) => path)).toEqual(names.slice(0, 3));
    expect(names[3]?.startsWith(mappings[3]?.path ?? '?')).toBe(true);
  });

  test('a deleted file, a newline in a name, the last mapping of the address space', () => {
    const lines = [
      '7f00000000-7f00001000 rw-s 00000000 00:01 7   /memfd:a\\012b (deleted)',
      'Rss:                   4 kB',
      'ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]',
    ];
    const [memfd, vsyscall] = parseSmaps(lines.join('\n'));
    expect(memfd).toMatchObject({ path: '/memfd:a\nb', deleted: true, rssBytes: 4096 });
    expect((vsyscall?.end ?? 0) - (vsyscall?.start ?? 0)).toBe(4096);
  });

  test('any mappings come back as they were written', () => {
    const mapping = fc.record({
      start: fc.integer({ min: 1, max: 2 ** 35 }).map((page) => page * 4096),
      pages: fc.integer({ min: 1, max: 2 ** 20 }),
      rssKiB: fc.nat(),
      path: fc.stringMatching(/^(\/[ -[\]-~]{0,20}[!-[\]-~])?$/).filter((path) => !path.endsWith('(deleted)')),
    });
    fc.assert(
      fc.property(fc.array(mapping), (written) => {
        const text = written
          .map(({ start, pages, rssKiB, path }) => {
            const end = start + pages * 4096;
            return `${start.toString(16)}-${end.toString(16)} rw-p 00000000 00:00 0      ${path}\nRss:   ${rssKiB} kB\nVmFlags: rd\n`;
          })
          .join('');
        const read = parseSmaps(text).map(({ start, end, rssBytes, path }) => ({ start, end, rssBytes, path }));
        expect(read).toEqual(
          written.map(({ start, pages, rssKiB, path }) => ({ start, end: start + pages * 4096, rssBytes: rssKiB * 1024, path })),
        );
      }),
    );
  });

  test('no text is an exception', () => {
    fc.assert(fc.property(fc.string(), (text) => parseSmaps(text).every(({ rssBytes }) => rssBytes >= 0)));
  });
});
