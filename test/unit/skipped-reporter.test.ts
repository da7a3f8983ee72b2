import { expect, test } from 'vitest';
import { renderSkipped, renderUnsteady } from '../skipped-reporter.ts';

test('one line a reason, the most frequent first', () => {
  expect(renderSkipped(['no fish', 'no mount', 'no zsh', 'no mount'])).toBe(
    ['Skipped 4 tests:', '    2  no mount', '    1  no fish', '    1  no zsh'].join('\n'),
  );
  expect(renderSkipped(['no zsh'])).toContain('Skipped 1 test:');
});

test('what passed at a second try alone is named, with how the first one ended', () => {
  expect(
    renderUnsteady([
      { file: 'test/cli/a.test.ts', name: 'a JVM > starts', error: 'expected 1 to be 2' },
      { file: 'test/cli/b.test.ts', name: 'ends', error: undefined },
    ]),
  ).toBe(
    [
      'Passed at a second try alone, 2 tests:',
      '    test/cli/a.test.ts > a JVM > starts',
      '      expected 1 to be 2',
      '    test/cli/b.test.ts > ends',
    ].join('\n'),
  );
});
