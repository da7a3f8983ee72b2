import { expect, test } from 'vitest';
import { rows } from '../../../scripts/fresh/rows.mjs';
import { renderTable } from '../../../scripts/fresh/table.mjs';
import { isGreen, outcome } from '../../../scripts/fresh/try-row.mjs';

const summary = (line) => `offheap setup: installing by apt: g++ make …
offheap setup: installing npm packages …
offheap setup: installing npm packages: done in 11.5 s
offheap setup: compiling the native libraries …
offheap setup: compiling the native libraries: done in 8.0 s
 Test Files  1 failed | 9 passed (10)
\u001b[2m      Tests \u001b[22m ${line}
`;

test('of a command is kept how long the set-up took, and how many tests passed, failed and were skipped', () => {
  const output = summary('\u001b[1m\u001b[31m2 failed\u001b[39m\u001b[22m | 1300 passed | 7 skipped\u001b[90m (1309)\u001b[39m');
  expect(outcome('npm test', { status: 1, seconds: 700, output })).toEqual({
    command: 'npm test',
    status: 1,
    seconds: 700,
    setupSeconds: 19.5,
    tests: { passed: 1300, failed: 2, skipped: 7 },
  });
  expect(outcome('true', { status: 0, seconds: 1, output: '' })).toEqual({
    command: 'true',
    status: 0,
    seconds: 1,
    setupSeconds: 0,
  });
});

test('a row is green when every command of it ended with 0 and a second set-up had nothing to do', () => {
  const step = { command: 'x', status: 0, seconds: 1 };
  expect(isGreen({ steps: [step, { ...step, silentAgain: true }] })).toBe(true);
  expect(isGreen({ steps: [step, { ...step, silentAgain: false }] })).toBe(false);
  expect(isGreen({ steps: [{ ...step, status: 1 }] })).toBe(false);
  expect(isGreen({ steps: [{ ...step, status: undefined }] })).toBe(false);
  expect(isGreen({ steps: [] })).toBe(false);
  expect(isGreen({ steps: [step], error: 'no network' })).toBe(false);
});

test('the table has a line a command, and what went wrong in words', () => {
  const common = {
    title: 'Debian GNU/Linux 13 (trixie)',
    node: 'v20.20.2',
    user: 'root',
    folder: 'offheap',
    commit: 'c0ffee5',
    at: '2026-11-25',
  };
  const step = { command: 'npm test', status: 0, seconds: 703, setupSeconds: 61, silentAgain: true };
  const results = {
    one: { ...common, steps: [{ ...step, tests: { passed: 1300, failed: 0, skipped: 2 } }] },
    two: { ...common, steps: [{ ...step, status: undefined, silentAgain: false }] },
    three: { ...common, folder: undefined, steps: [], error: 'no JRE' },
  };
  const [, , one, two, three] = renderTable(results)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const machine = ['Debian GNU/Linux 13 (trixie)', '20.20.2', 'root'];
  expect(one?.slice(1, -1)).toEqual([
    ...machine,
    ...['`offheap`', '`npm test`', '61 s', '11.7 min', '1300 passed, 0 failed, 2 skipped', 'nothing', 'c0ffee5', '2026-11-25', '✓'],
  ]);
  expect(two?.slice(-6, -1)).toEqual(['', 'something', 'c0ffee5', '2026-11-25', '✗ (status none in time)']);
  expect(three?.slice(4, 6)).toEqual(['an empty folder', 'no JRE']);
});

test('every distribution is tested in full, by each Node, as an ordinary user, at an unusual place, and by the package; no two rows have one name', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const root of ['jammy', 'bookworm', 'noble', 'trixie']) {
    const own = rows.filter((row) => row.root === root);
    expect(own.filter(({ commands, user }) => !user && commands?.includes('npm test')).length).toBeGreaterThan(0);
    expect(new Set(own.filter(({ commands }) => commands?.[0]?.includes('--allocator=all')).map(({ node }) => node)).size).toBe(3);
    expect(own.some(({ user }) => user !== undefined)).toBe(true);
    expect(own.some(({ folder }) => /[ :]/.test(folder ?? '') && /[^\x20-\x7e]/.test(folder ?? ''))).toBe(true);
    expect(own.some((row) => row.package)).toBe(true);
  }
});
