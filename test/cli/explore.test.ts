import { expect, test } from 'vitest';
import { offheapInTurn } from './in-turn.ts';

const offheap = offheapInTurn();

test.each([
  [['--repeats=3'], /Expected no --repeats with --explore, which chooses candidates for a comparison\./],
  [['--max-repeats=3'], /Expected no --max-repeats with --explore/],
  [['--cores=16'], /Expected no --cores with --explore/],
  [['--format=html'], /Expected --format to be table or json with --explore, got html\./],
  [['--budget=soon'], /Expected --budget to be a duration such as 500ms, 5s or 2m, got "soon"/],
])('compare --explore %j', async (args, message) => {
  const { status, stderr } = await offheap(['compare', '--explore', ...args, '--', 'true']);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});
