import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OffheapError } from '../../../src/model/errors.ts';
import { resultFile } from '../../../src/model/result.ts';
import { callWithText, functionNames } from './parsers.ts';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));
/** What JVMs of several versions and the kernel have printed; long ones cut, so that a run of many stays short. */
const samples = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .map((name) => join(fixtures, name))
  .filter((path) => statSync(path).isFile() && !path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8').slice(0, 20_000));

/** A sample with lines removed, repeated and swapped, and text of any kind put in. */
const damaged = fc
  .record({
    sample: fc.constantFrom(...samples),
    cuts: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(60)), { maxLength: 6 }),
    insert: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '-1', '99999999999999999999999', '%', '[', '(reserved=', 'KB', '\n'),
    ),
  })
  .map(({ sample, cuts, insert }) =>
    cuts.reduce((text, [place, length]) => {
      const at = Math.floor(place * text.length);
      return text.slice(0, at) + insert + text.slice(at + length);
    }, sample),
  );
const anyText = fc.oneof(damaged, fc.string({ unit: 'binary', maxLength: 2000 }));

/** Those that take no text have tests of their own. */
const parsers = functionNames.filter((name) => name.startsWith('parse') && name !== 'parseCollections');
const seed = Date.now() % 2 ** 31;

test('there are samples to damage', () => {
  expect(samples.length).toBeGreaterThan(10);
});

describe.each(parsers)('%s', (name) => {
  test('takes any text: a value or nothing, no failure but an OffheapError, and soon', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const startedAt = performance.now();
        try {
          callWithText(name, text);
        } catch (error) {
          if (!(error instanceof OffheapError)) throw error;
        }
        // The longest text is 20 kB: a minute of it is no slow machine but a regular expression that explodes.
        expect(performance.now() - startedAt).toBeLessThan(5000);
      }),
      { seed, numRuns: 200 },
    );
  });
});

test('a result file of any JSON is refused by the schema, never by another failure', () => {
  const document = fc.oneof(
    fc.jsonValue(),
    fc.record({ schemaVersion: fc.constantFrom(1, 2, 3), cells: fc.jsonValue(), host: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(document, (value) => {
      expect(typeof resultFile.safeParse(value).success).toBe('boolean');
    }),
    { seed, numRuns: 1000 },
  );
});
