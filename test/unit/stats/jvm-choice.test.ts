import { describe, expect, test } from 'vitest';
import { flagsOf } from '../../../src/stats/jvm-choice.ts';

describe('the flags by which a JVM is what another was', () => {
  test.each([
    ['collector', ['-XX:+UseG1GC']],
    ['all', ['-XX:+UseG1GC', '-Xmx6029m']],
  ] as const)('its %s', (pin, flags) => {
    expect(flagsOf({ collector: 'G1', maxHeapBytes: 6029 * 2 ** 20 + 4096 }, pin)).toEqual(flags);
  });

  test('none of a collector that is not known', () => {
    expect(flagsOf({ collector: 'unknown' }, 'all')).toBe(undefined);
  });
});
