import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fast } from '../fast.mjs';
import { longest } from '../longest-first.ts';

test('the files that start first are there, each once', () => {
  expect(longest.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  expect(new Set(longest).size).toBe(longest.length);
});

test('so are those of the fast run, each once', () => {
  expect(fast.files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  expect(new Set(fast.files).size).toBe(fast.files.length);
});
