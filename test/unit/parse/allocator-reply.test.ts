import { describe, expect, test } from 'vitest';
import { longestReplyBytes, parseAllocatorReply } from '../../../src/parse/allocator-reply.ts';

const lines = (...all: string[]) => `${['offheap-allocator 1', ...all, 'end'].join('\n')}\n`;

describe('parseAllocatorReply', () => {
  test('an allocator that was asked', () => {
    const reply = lines(
      'allocator jemalloc',
      'object /lib/libjemalloc.so.2',
      'serves 1',
      'version 5.3.0',
      'dirtyBytes 4099',
      'arenas 8',
      'option.narenas 8',
    );
    expect(parseAllocatorReply(reply)).toEqual([
      {
        name: 'jemalloc',
        object: '/lib/libjemalloc.so.2',
        serves: true,
        version: '5.3.0',
        figures: { dirtyBytes: 4099, arenas: 8 },
        options: { narenas: '8' },
      },
    ]);
  });

  test('one that was told to purge, and another', () => {
    const purged = ['purgeNs 31415926', 'purged 1', 'after', 'pageHeapFreeBytes 0', 'option.x 1'];
    const reply = lines('allocator tcmalloc', 'serves 1', 'pageHeapFreeBytes 101', ...purged, 'allocator glibc', 'serves 0');
    expect(parseAllocatorReply(reply)).toMatchObject([
      {
        name: 'tcmalloc',
        figures: { pageHeapFreeBytes: 101 },
        options: {},
        purge: { isDone: true, tookMs: 31.415926, after: { pageHeapFreeBytes: 0 } },
      },
      { name: 'glibc', serves: false, figures: {} },
    ]);
  });

  test('one that was told settings', () => {
    const reply = lines('allocator glibc', 'serves 1', 'taken trim_threshold', 'refused arena_max', 'taken __proto__');
    expect(parseAllocatorReply(reply)?.[0]?.told).toEqual({ trim_threshold: true, arena_max: false });
  });

  test('no allocator that it knows', () => {
    expect(parseAllocatorReply(lines())).toEqual([]);
  });

  test('what a later agent tells besides, and figures that are none, are passed over', () => {
    const reply = lines(
      'allocator mimalloc',
      'committedBytes -1',
      'freeBytes 1e9',
      'mappedBytes 99999999999999999',
      'newBytes 7',
      'activeBytes 11',
    );
    expect(parseAllocatorReply(reply)).toMatchObject([{ figures: { activeBytes: 11 } }]);
  });

  test('control characters become visible', () => {
    expect(parseAllocatorReply(lines('allocator x\u001b[2J', 'object \u0007'))?.[0]?.name).not.toContain('\u001b');
  });

  test.each([
    ['nothing', ''],
    ['another header', 'offheap-allocator 2\nend\n'],
    ['no end', 'offheap-allocator 1\nallocator glibc\n'],
    ['cut', 'offheap-allocator 1\nallocator glibc\ncut\n'],
    ['a figure of no allocator', lines('dirtyBytes 1')],
    ['more than the agent writes', lines('allocator glibc', `object ${'x'.repeat(longestReplyBytes)}`)],
  ])('%s is no answer', (_, text) => {
    expect(parseAllocatorReply(text)).toBeUndefined();
  });
});
