import { expect, test } from 'vitest';
import { proseOf } from '../../../scripts/prose/markdown.mjs';
import { findFaults } from '../../../scripts/prose/style.mjs';

test('prose is what a page says in sentences, without code', () => {
  const page = '# Title\n\nRun `npm test`\nnow.\n\n```\nnot this\n```\n\n| a | b |\n|---|---|\n| one | *two* |\n\n- item\n';
  expect(proseOf(page)).toEqual(['Title', 'Run Code now.', 'a', 'b', 'one', 'two', 'item']);
});

test('what a script writes is no prose', () => {
  const page =
    'Before.\n\n<!-- soak -->\n\nA figure.\n\n<!-- /soak -->\n\nBetween.\n\n<!-- fork:begin -->\nA table.\n<!-- fork:end -->\n';
  expect(proseOf(page)).toEqual(['Before.', 'Between.']);
});

test('an enumeration of pieces of code repeats no word', () => {
  expect(findFaults(proseOf('It has `a`, `b`, `c` and `d`.'))).toEqual([]);
});

test.each([
  ['The heap is small.', []],
  [`It ${'very '.repeat(32)}`.trim(), ['33 words, at most 32']],
  ['Two blocks, of which one is free.', ['write two sentences']],
  ['It waits so long that nobody reads on.', []],
  ['Run it so often.', ['write a number']],
  ['It reads the the page.', ['"the" is repeated']],
])('%j', (sentence, faults) => {
  const found = findFaults([sentence]).filter((fault) => !fault.includes('"very" is repeated'));
  expect(found).toEqual(faults.map((fault) => `${fault}: ${sentence}`));
});

test('a page of long words is told its level', () => {
  const words = 'Incomprehensible terminological considerations characterize administrative communication unnecessarily. ';
  expect(findFaults([words.repeat(20)])).toEqual([expect.stringMatching(/^reading level \d\d\.\d, at most 12$/)]);
});
