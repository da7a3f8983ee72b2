import { expect, test } from 'vitest';
import { renderSkipped } from '../skipped-reporter.ts';

test('one line a reason, the most frequent first', () => {
  expect(renderSkipped(['no fish', 'no mount', 'no zsh', 'no mount'])).toBe(
    ['Skipped 4 tests:', '    2  no mount', '    1  no fish', '    1  no zsh'].join('\n'),
  );
  expect(renderSkipped(['no zsh'])).toContain('Skipped 1 test:');
});
