import fc from 'fast-check';
import { expect } from 'vitest';
import { OffheapError } from '../../src/model/errors.ts';
import { callWithText, functionNames } from '../unit/parse/parsers.ts';
import { anyText } from './damaged.ts';
import { fuzz } from './fuzz.ts';

/** Those that take no text have tests of their own. */
const parsers = functionNames.filter((name) => name.startsWith('parse') && name !== 'parseCollections');
/** The longest text is 20 kB: more of it is no slow machine but a regular expression that explodes. */
const mostMs = 5000;

// Every parser takes any text: a value or nothing, no failure but an OffheapError, and soon.
fuzz({ name: 'text', runs: 200 * parsers.length }, fc.tuple(fc.constantFrom(...parsers), anyText), ([parser, text]) => {
  const startedAt = performance.now();
  try {
    callWithText(parser, text);
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
  }
  expect(performance.now() - startedAt).toBeLessThan(mostMs);
});
