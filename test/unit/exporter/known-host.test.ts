import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { isKnownHost } from '../../../src/exporter/known-host.ts';

test.each([
  ['127.0.0.1:9967', true],
  ['10.244.0.7', true],
  ['[::1]:9967', true],
  ['localhost:9967', true],
  ['LOCALHOST.', true],
  [hostname(), true],
  ['metrics.example:9967', true],
  ['evil.example', false],
  ['127.0.0.1.evil.example:9967', false],
  ['metrics.example.evil.example', false],
  ['', false],
  ['[::1', false],
  ['localhost@evil.example', false],
  ['localhost:9967:1', false],
])('%j: %s', (header, isKnown) => {
  expect(isKnownHost(header, ['metrics.example'])).toBe(isKnown);
});

test('a request without a Host header is nobody’s', () => {
  expect(isKnownHost(undefined, [])).toBe(false);
});
