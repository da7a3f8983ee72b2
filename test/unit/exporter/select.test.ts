import { expect, test } from 'vitest';
import { isSelected, parseSelection } from '../../../src/exporter/select.ts';

test('java selects JVMs, whatever they are called', () => {
  const selection = parseSelection('java');
  expect(isSelected(selection, true, ['/opt/app/launcher'])).toBe(true);
  expect(isSelected(selection, false, ['java'])).toBe(false);
});

test('anything else is a pattern for the whole command line', () => {
  const selection = parseSelection('^python3 .*server');
  expect(isSelected(selection, false, ['python3', '-u', 'server.py'])).toBe(true);
  expect(isSelected(selection, true, ['java', 'python3 server'])).toBe(false);
});

test('what is no pattern is told', () => {
  expect(() => parseSelection('(')).toThrow('Expected --select to be java or a regular expression for command lines, got "(".');
});

test.each([
  ['sh', '-c', 'exec python3 server.py'],
  ['/bin/bash', './server.sh'],
  ['-zsh', 'server'],
])('no shell is selected by a pattern that what it starts matches: %s %s', (...argv) => {
  expect(isSelected(parseSelection('server'), false, argv)).toBe(false);
});

test('a program whose name ends as a shell’s is none', () => {
  expect(isSelected(parseSelection('server'), false, ['/usr/bin/publish', 'server'])).toBe(true);
});
