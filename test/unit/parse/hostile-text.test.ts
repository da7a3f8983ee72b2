import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OffheapError } from '../../../src/model/errors.ts';
import { resultFile } from '../../../src/model/result.ts';
import { hostileName } from '../hostile.ts';
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
/** What these return is opened again, or compared with what is exact; who shows it makes it printable there. */
const exact = new Set([
  ...['parseEnviron', 'parseMappedFiles', 'parseMaps', 'parseMapsEntry', 'parseMavenSettings', 'parseMountInfo', 'parsePerfData'],
  ...['parseSmaps', 'parseStatusLine', 'parseStat', 'parseJavaSettings', 'parseJemallocOptions', 'parseKiBFields'],
]);
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

/** Lines as JVMs, strace and programs write them, with a name in the place of each name. */
const lineNamed = (name: string) =>
  [
    ...[`JDK ${name}`, `-XX:${name}`, `# Java VM: ${name} (x)`, `"${name}" #1 nid=7 runnable`, ` 1: 20 900 ${name}`],
    ...[`Total: reserved=1, committed=1\n- ${name} (reserved=1, committed=1)`, `${name};${name} 9`],
    ...[`[0x10 - 0x20] reserved 1KB for ${name} from`, `7 1.5 prctl(PR_SET_NAME, "${name}") = 0`, `7 1.5 execve("${name}", x) = 0`],
    `7 1.5 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3<${name}>, 0) = 0x7f0000000000`,
  ].join('\n');
const named = fc.oneof(
  hostileName.map((name) => lineNamed(name.replaceAll('\n', ' '))),
  hostileName.map((name) => lineNamed(name.replaceAll(/[\s\0"]/g, ''))),
  hostileName.map((name) => `@phase x a=${name.replaceAll(/\s/g, '')}`),
);

/** Every text in a value, keys of objects and maps among them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  const parts = Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.entries(value);
  return parts.flatMap(textsIn);
}

test.each(parsers.filter((name) => !exact.has(name)))('%s returns texts that can be printed', (name) => {
  fc.assert(
    fc.property(named, (text) => {
      for (const found of textsIn(callWithText(name, text))) expect(found).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
    { seed, numRuns: 200 },
  );
});

test('the parsers that are held to it find the names', () => {
  const text = lineNamed('name');
  expect(callWithText('parsePhaseLine', '@phase x a=name')).toEqual({ name: 'x', values: { a: 'name' } });
  const finding = parsers.filter(
    (name) => !exact.has(name) && textsIn(callWithText(name, text)).some((found) => /name/.test(found)),
  );
  expect(finding).toEqual([
    ...['parseClassHistogram', 'parseCollapsedStacks', 'parseNmtRanges', 'parseNmtSummary', 'parseStrace'],
    ...['parseThreadPrint', 'parseVmFlags', 'parseVmInfo', 'parseVmVersion'],
  ]);
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
