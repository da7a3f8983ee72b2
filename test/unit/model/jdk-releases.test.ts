import { expect, test } from 'vitest';
import { trimIntervalJdks } from '../../../src/allocators/trim-interval.ts';
import { describeReleases, isSince } from '../../../src/model/jdk-releases.ts';

test.each([
  ['17.0.14+7', false],
  ['17.0.15+6-Debian-1deb12u1', true],
  ['18.0.2+9', false],
  ['21.0.2+13', false],
  ['21.0.3+9-LTS', true],
  ['22+36', true],
  ['25.0.3+9-LTS', true],
  ['11.0.30', false],
  ['', false],
])('JDK %s has TrimNativeHeapInterval: %s', (version, has) => {
  expect(isSince(version, trimIntervalJdks)).toBe(has);
});

test('from the first of one release on', () => {
  expect(['1.8.0_392', '11.0.2', '12', '12.0.1', '25'].map((version) => isSince(version, ['12']))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(['1.8.0_392', '8.0_452', '7.0_80'].map((version) => isSince(version, ['8', '9']))).toEqual([true, true, false]);
  expect(describeReleases(['17.0.15', '22'])).toBe('17.0.15, 22 and later');
});
