import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { longest } from '../longest-first.ts';

test('the files that start first are there, each once', () => {
  expect(longest.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  expect(new Set(longest).size).toBe(longest.length);
});
