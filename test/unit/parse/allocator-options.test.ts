import { expect, test } from 'vitest';
import { mimallocMeans, parseMimallocOptions } from '../../../src/parse/allocator-options.ts';

test('options of mimalloc, with the unit that 2.1 and later write', () => {
  const text = `mimalloc: process init: 0x7F89D9410740
mimalloc: option 'purge_delay': 0 \nmimalloc: option 'reserve_huge_os_pages_at': -1
mimalloc: option 'arena_reserve': 1048576 KiB
`;
  expect([...parseMimallocOptions(text)]).toEqual([
    ['purge_delay', '0'],
    ['reserve_huge_os_pages_at', '-1'],
    ['arena_reserve', '1048576 KiB'],
  ]);
});

test.each([
  ['purge_delay', '0', '0', true],
  ['purge_delay', '10', '0', false],
  ['purge_delay', '1', 'soon', false],
  ['verbose', '1', 'ON', true],
  ['verbose', '1', 'no', false],
  ['arena_reserve', '1048576 KiB', '1GiB', true],
  ['arena_reserve', '1048576 KiB', '1g', true],
  ['arena_reserve', '1048576 KiB', '1073741824', true],
  ['arena_reserve', '1048576 KiB', '1048576', false],
  ['arena_reserve', '64 KiB', '63.5k', false],
  ['reserve_os_memory', '1', '1000', true],
  ['reserve_os_memory', '2', '1000', false],
] as const)('mimalloc with %s: %s has taken %s: %s', (name, reported, wanted, taken) => {
  expect(mimallocMeans(name, reported, wanted)).toBe(taken);
});
