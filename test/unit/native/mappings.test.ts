import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readMappingPieces } from '../../../src/native/mappings.ts';
import type { Mapping } from '../../../src/parse/smaps.ts';
import { parseSmaps } from '../../fixtures/parse-smaps.ts';
import { smapsPieces, worstTexts } from '../parse/worst-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'offheap-mappings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'smaps');

async function piecesOf(text: string | Buffer, maxBytes = 2 ** 30): Promise<Mapping[][]> {
  writeFileSync(file, text);
  const pieces: Mapping[][] = [];
  for await (const piece of readMappingPieces(file, maxBytes)) pieces.push(piece);
  return pieces;
}

/** As the addon reads it, and no otherwise than the parser in TypeScript, but for inodes of more digits than there are. */
async function read(text: string): Promise<Mapping[]> {
  const mappings = (await piecesOf(text)).flat();
  expect(mappings).toEqual(parseSmaps(text).filter(({ inode }) => inode < 1e19));
  return mappings;
}

const fixture = readFileSync(new URL('../../fixtures/jvm/smaps-25-G1.txt', import.meta.url), 'utf8');

describe('readMappingPieces', () => {
  test('a real beginning: anonymous, a file, reserved', async () => {
    const [first, file, reserved, ...rest] = await read(fixture);
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

  test('pages of hugetlbfs, which the kernel leaves out of Rss, are resident', async () => {
    const text = readFileSync(new URL('../../fixtures/jvm/smaps-17-hugetlb.txt', import.meta.url), 'utf8');
    const figures = (await read(text)).map(({ path, rssBytes, hugetlbBytes }) => ({ path, rssBytes, hugetlbBytes }));
    const huge = { path: '/anon_hugepage', rssBytes: 2048 * 1024, hugetlbBytes: 2048 * 1024 };
    expect(figures).toEqual([huge, huge]);
    const mixed = await read('1000-2000 rw-s 00000000 00:01 7 /x\nRss: 4 kB\nShared_Hugetlb: 8 kB\nPrivate_Hugetlb: 16 kB\n');
    expect(mixed).toMatchObject([{ rssBytes: 28 * 1024, hugetlbBytes: 24 * 1024 }]);
  });

  test('transparent huge pages: of anonymous and of shared memory, and not of files', async () => {
    const text = `1000-2000 rw-p 00000000 00:00 0
Rss: 6144 kB
AnonHugePages:      4096 kB
ShmemPmdMapped:     2048 kB
FilePmdMapped:      2048 kB
`;
    expect(await read(text)).toMatchObject([{ rssBytes: 6144 * 1024, hugeBytes: 6144 * 1024, hugetlbBytes: 0 }]);
  });

  test.each([0, 1, 2047, 2048, 2049, 4096, 4099])('%d mappings come 2,048 at a time, each with all of its own', async (count) => {
    const text = Array.from({ length: count }, (_, index) => {
      const start = (index + 1) * 8192;
      // Names of many lengths: a line is cut by the end of what is read at once wherever it may be.
      const name = index % 3 === 0 ? '' : `/${'n'.repeat(index % 211)}${index % 7}`;
      return `${start.toString(16)}-${(start + 4096).toString(16)} rw-p 00000000 00:01 7 ${name}\nRss: ${index} kB\nSwap: 4 kB\nVmFlags: rd wr ${index % 5}\n`;
    }).join('');
    const pieces = await piecesOf(text);
    expect(pieces.map(({ length }) => length).every((length) => length <= 2048)).toBe(true);
    expect(pieces).toHaveLength(Math.ceil(count / 2048));
    expect(pieces.flat()).toEqual(parseSmaps(text));
    expect(pieces.flat()).toHaveLength(count);
  });

  test('a line longer than what is read at once, in the middle and at the end', async () => {
    const long = `7000-8000 rw-p 00000000 00:01 7 /${'c'.repeat(200_003)}`;
    const text = `${fixture}6000-7000 rw-p 00000000 00:01 7 /é\u2028\nRss: 8 kB\n${long}\nRss: 4 kB\nVmFlags: rd wr`;
    const mappings = await read(text);
    expect(mappings.at(-2)).toMatchObject({ path: '/é\u2028', rssBytes: 8192 });
    expect(mappings.at(-1)).toMatchObject({ rssBytes: 4096, vmFlags: 'rd wr' });
    expect((await read(`${text}\n${long}`)).at(-1)).toMatchObject({ start: 0x7000, rssBytes: 0 });
  });

  test('of this process, a JVM’s worst and texts that are nothing but pieces of it', async () => {
    expect((await read(readFileSync('/proc/self/smaps', 'utf8'))).length).toBeGreaterThan(20);
    for (const { text } of worstTexts(smapsPieces, 3001)) await read(text);
  });

  test('figures beyond 32 bits', async () => {
    const text = '7fff00000000-7fff80000000 rw-p 7fff00000000 103:fffff 18446744073 /x\nRss: 8589934592 kB\nPss: 2147483648 kB\n';
    const [mapping] = await read(text);
    expect(mapping).toMatchObject({ end: 0x7fff80000000, offset: 0x7fff00000000, device: '259:1048575', inode: 18_446_744_073 });
    expect(mapping).toMatchObject({ rssBytes: 8_589_934_592 * 1024, pssBytes: 2_147_483_648 * 1024 });
  });

  test('more than is read, a file that is not there, one that cannot be read, and a signal', async () => {
    await expect(piecesOf(fixture, fixture.length)).resolves.toHaveLength(1);
    await expect(piecesOf(fixture, fixture.length - 1)).rejects.toMatchObject({ code: 'INSPECT_FAILED' });
    const of = (path: string, signal?: AbortSignal) => readMappingPieces(path, 2 ** 20, signal).next();
    await expect(of(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
    await expect(of(folder)).rejects.toMatchObject({ code: 'EISDIR', syscall: 'read' });
    const reason = new Error('called off');
    await expect(of(file, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('names that end a line for JavaScript, and one that is longer than a line may be: no mapping is lost', async () => {
    const names = ['/a\r', '/\u2028b', `/${' '.repeat(4000)}\r`, `/${'c'.repeat(100_000)}`];
    const text = names.map((name, index) => `${index}000-${index + 1}000 rw-p 00000000 00:01 7 ${name}\nRss: 4 kB\n`).join('');
    const mappings = await read(text);
    expect(mappings.map(({ rssBytes }) => rssBytes)).toEqual([4096, 4096, 4096, 4096]);
    expect(mappings.slice(0, 3).map(({ path }) => path)).toEqual(names.slice(0, 3));
    expect(names[3]?.startsWith(mappings[3]?.path ?? '?')).toBe(true);
  });

  test('a deleted file, a newline in a name, the last mapping of the address space', async () => {
    const lines = [
      '7f00000000-7f00001000 rw-s 00000000 00:01 7   /memfd:a\\012b (deleted)',
      'Rss:                   4 kB',
      'ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]',
    ];
    const [memfd, vsyscall] = await read(lines.join('\n'));
    expect(memfd).toMatchObject({ path: '/memfd:a\nb', deleted: true, rssBytes: 4096 });
    expect((vsyscall?.end ?? 0) - (vsyscall?.start ?? 0)).toBe(4096);
  });

  test('any mappings come back as they were written', async () => {
    const mapping = fc.record({
      start: fc.integer({ min: 1, max: 2 ** 35 }).map((page) => page * 4096),
      pages: fc.integer({ min: 1, max: 2 ** 20 }),
      rssKiB: fc.nat(),
      path: fc.stringMatching(/^(\/[ -[\]-~]{0,20}[!-[\]-~])?$/).filter((path) => !path.endsWith('(deleted)')),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(mapping), async (written) => {
        const text = written
          .map(({ start, pages, rssKiB, path }) => {
            const end = start + pages * 4096;
            return `${start.toString(16)}-${end.toString(16)} rw-p 00000000 00:00 0      ${path}\nRss:   ${rssKiB} kB\nVmFlags: rd\n`;
          })
          .join('');
        const found = (await read(text)).map(({ start, end, rssBytes, path }) => ({ start, end, rssBytes, path }));
        expect(found).toEqual(
          written.map(({ start, pages, rssKiB, path }) => ({ start, end: start + pages * 4096, rssBytes: rssKiB * 1024, path })),
        );
      }),
    );
  });

  test('no text is an exception', async () => {
    await fc.assert(fc.asyncProperty(fc.string(), async (text) => (await read(text)).every(({ rssBytes }) => rssBytes >= 0)));
  });
});
