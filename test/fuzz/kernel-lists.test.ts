import fc from 'fast-check';
import { expect } from 'vitest';
import { parseMaps } from '../../src/parse/maps.ts';
import { parseMountInfo } from '../../src/parse/mountinfo.ts';
import { parseStatusLine } from '../../src/parse/proc-fields.ts';
import { parseSmaps } from '../fixtures/parse-smaps.ts';
import { fuzz } from './fuzz.ts';

/** As a file may be called: any byte but NUL and newline, which the kernel writes as `\012`. */
const fileName = fc.string({ unit: 'binary', maxLength: 30 }).map((name) => `/${name.replaceAll(/[\0\n]/g, '')}x`);
const mapping = fc.record({
  startPage: fc.nat(2 ** 30),
  pages: fc.integer({ min: 1, max: 2 ** 20 }),
  permissions: fc.constantFrom('rw-p', 'r-xp', '---p', 'rw-s'),
  name: fc.oneof(fc.constant(''), fc.constant('[heap]'), fileName),
  rssKiB: fc.nat(2 ** 20),
  swapKiB: fc.nat(2 ** 10),
});
const mount = fc.record({ id: fc.nat(2 ** 16), folder: fileName, isTagged: fc.boolean() });
const lists = fc.record({
  mappings: fc.array(mapping, { maxLength: 12 }),
  mounts: fc.array(mount, { maxLength: 6 }),
  state: fileName,
});

const hex = (page: number) => (page * 4096).toString(16);
const mountEscapes: Record<string, string> = { ' ': '\\040', '\t': '\\011', '\\': '\\134' };

// What the kernel writes is read as it was meant, whatever the names in it: no mapping is lost, none is made up.
fuzz({ name: 'kernel_lists', runs: 2000 }, lists, ({ mappings, mounts, state }) => {
  const headers = mappings.map(
    ({ startPage, pages, permissions, name }) =>
      `${hex(startPage)}-${hex(startPage + pages)} ${permissions} 00000000 00:00 0${name === '' ? ' ' : `    ${name}`}`,
  );
  const found = parseMaps(`${headers.join('\n')}\n`);
  expect(found.map(({ start, end, perms }) => [start, end, perms])).toEqual(
    mappings.map(({ startPage, pages, permissions }) => [startPage * 4096, (startPage + pages) * 4096, permissions]),
  );
  const fields = mappings.map(({ rssKiB, swapKiB }) => `Rss: ${rssKiB} kB\nSwap: ${swapKiB} kB\nVmFlags: rd wr\n`);
  const smaps = parseSmaps(headers.map((header, index) => `${header}\n${fields[index]}`).join(''));
  expect(smaps.map(({ rssBytes, swapBytes }) => [rssBytes, swapBytes])).toEqual(
    mappings.map(({ rssKiB, swapKiB }) => [rssKiB * 1024, swapKiB * 1024]),
  );
  const lines = mounts.map(({ id, folder, isTagged }) => {
    const escaped = folder.replaceAll(/[ \t\\]/g, (character) => mountEscapes[character] ?? '');
    return `${id} 1 0:1 / ${escaped} rw${isTagged ? ' shared:1' : ''} - tmpfs none rw\n`;
  });
  expect(parseMountInfo(lines.join('')).map(({ folder }) => folder)).toEqual(mounts.map(({ folder }) => folder));
  expect(parseStatusLine(`Name:\t${state}\nNSpid:\t7\t8\n`, 'NSpid')).toBe('7\t8');
});
