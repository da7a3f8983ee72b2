import { expect, test } from 'vitest';
import { listMallocSettings, mallocSettings, parseMallocSettings } from '../../../src/model/malloc-settings.ts';

test('one setting, or both', () => {
  expect(parseMallocSettings('trim_threshold=128k')).toEqual({ trimThresholdBytes: 131_072 });
  expect(parseMallocSettings('arena_max=4,trim_threshold=131072')).toEqual({ arenaMax: 4, trimThresholdBytes: 131_072 });
});

test('bounds', () => {
  expect(parseMallocSettings('trim_threshold=64k,arena_max=1')).toEqual({ trimThresholdBytes: 65_536, arenaMax: 1 });
  expect(parseMallocSettings('trim_threshold=1g,arena_max=1024')).toEqual({ trimThresholdBytes: 2 ** 30, arenaMax: 1024 });
  expect(mallocSettings.safeParse({ trimThresholdBytes: 65_535 }).success).toBe(false);
  expect(mallocSettings.safeParse({ trimThresholdBytes: 2 ** 30 + 1 }).success).toBe(false);
});

test.each([
  ['trim_threshold=65535', 'Expected --set=trim_threshold to be a size from 64k to 1g, got "65535".'],
  ['trim_threshold=2g', 'Expected --set=trim_threshold to be a size from 64k to 1g, got "2g".'],
  ['trim_threshold=-1', 'Expected --set=trim_threshold to be a size such as 512m or 1g, got "-1".'],
  ['trim_threshold', 'Expected --set=trim_threshold to be a size such as 512m or 1g, got "".'],
  ['arena_max=0', 'Expected --set=arena_max to be a whole number from 1 to 1024, got "0".'],
  ['arena_max=1025', 'Expected --set=arena_max to be a whole number from 1 to 1024, got "1025".'],
  ['arena_max=1=2', 'Expected --set=arena_max to be a whole number from 1 to 1024, got "1=2".'],
  ['mmap_threshold=1m', 'Expected --set to be trim_threshold=SIZE, arena_max=NUMBER or both, got "mmap_threshold=1m".'],
  ['toString=1', 'Expected --set to be trim_threshold=SIZE, arena_max=NUMBER or both, got "toString=1".'],
  ['', 'Expected --set to be trim_threshold=SIZE, arena_max=NUMBER or both, got "".'],
  ['arena_max=4,', 'Expected --set to be trim_threshold=SIZE, arena_max=NUMBER or both, got "arena_max=4,".'],
])('%j', (text, message) => {
  expect(() => parseMallocSettings(text)).toThrow(message);
});

test('as they are told', () => {
  expect(listMallocSettings({ arenaMax: 4, trimThresholdBytes: 131_072 })).toEqual([
    ['trim_threshold', 131_072],
    ['arena_max', 4],
  ]);
});
