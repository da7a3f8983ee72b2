import { expect, test } from 'vitest';
import { countLibraries } from '../../../src/observe/unowned-libraries.ts';
import { parseMaps } from '../../../src/parse/maps.ts';

const mappings = parseMaps(
  [
    '55d000000000-55d000010000 r--p 00000000 08:01 7 /usr/bin/app',
    '7f0000000000-7f0000020000 r-xp 00000000 08:01 11 /tmp/libcodec.so',
    '7f0000100000-7f0000120000 r-xp 00000000 08:01 12 /usr/lib/x86_64-linux-gnu/libc.so.6',
    '7f0000200000-7f0000220000 rw-p 00000000 08:01 13 /opt/jdk/lib/server/libjvm.so',
    '7f0000300000-7f0000320000 rw-p 00000000 08:01 14 /tmp/libother.so.2',
    '7f0000400000-7f0000420000 rw-p 00000000 00:00 0 ',
  ].join('\n'),
);

const block = (...words: number[]) => new Uint8Array(BigUint64Array.from(words.map(BigInt)).buffer);

test('which libraries blocks lead to, each once a block', () => {
  const blocks = [
    block(0x7f0000000010, 0x7f0000000018, 0x7f0000300000),
    block(3, 0x7f000001ffff),
    block(0x7f0000100010, 0x7f0000200010, 0x7f0000400010, 0x55d000000010),
    new Uint8Array(7),
  ];
  expect(countLibraries(blocks, mappings)).toEqual({
    sampledBlocks: 4,
    libraries: [
      { name: 'libcodec.so', blocks: 2 },
      { name: 'libother.so.2', blocks: 1 },
    ],
  });
});

test('none', () => {
  expect(countLibraries([block(0x7f0000020000), block()], mappings)).toEqual({ sampledBlocks: 2, libraries: [] });
});
