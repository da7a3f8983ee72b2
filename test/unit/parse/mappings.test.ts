import { expect, test } from 'vitest';
import { parseMappings } from '../../../src/parse/mappings.ts';

test('smaps, mapping by mapping', () => {
  const smaps = [
    '55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0                          [heap]',
    'Size:                132 kB',
    'Rss:                  12 kB',
    'Pss:                   7 kB',
    '7f0000000000-7f0000001000 r--p 00000000 08:01 1234                       /opt/a b.jar (deleted)',
    'Rss:                   4 kB',
    '7f0000002000-7f0000003000 rw-p 00000000 00:00 0 ',
    'Rss:                   0 kB',
    '',
  ].join('\n');
  expect(parseMappings(smaps)).toEqual([
    { start: 0x55d0c0000000, end: 0x55d0c0021000, inode: 0, name: '[heap]', rssBytes: 12 * 1024 },
    { start: 0x7f0000000000, end: 0x7f0000001000, inode: 1234, name: '/opt/a b.jar (deleted)', rssBytes: 4096 },
    { start: 0x7f0000002000, end: 0x7f0000003000, inode: 0, name: '', rssBytes: 0 },
  ]);
});
