import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

/** What JVMs of several versions and the kernel have printed; long ones cut, so that a run of many stays short. */
export const samples: readonly string[] = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .map((name) => join(fixtures, name))
  .filter((path) => statSync(path).isFile() && !path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8').slice(0, 20_000));

const inserts = ['\0', '-1', '99999999999999999999999', '%', '[', '(reserved=', 'KB', '\n', '\u001b[2J', '0x', 'NaN', '__proto__'];

/** A text with pieces cut out, and others put in. */
export function damagedText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .record({
      text: fc.constantFrom(...texts),
      cuts: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(60)), { maxLength: 6 }),
      insert: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...inserts)),
    })
    .map(({ text, cuts, insert }) =>
      cuts.reduce((whole, [place, length]) => {
        const at = Math.floor(place * whole.length);
        return whole.slice(0, at) + insert + whole.slice(at + length);
      }, text),
    );
}

/** A damaged sample, or any text. */
export const anyText = fc.oneof(damagedText(samples), fc.string({ unit: 'binary', maxLength: 2000 }));

/** Text that does harm where it is shown as it is: in a terminal, in HTML, in a script of a page. */
export const hostileTexts = [
  '\u001b[2J',
  '<script>alert(1)</script>',
  '</script><script>',
  '\n\r\0',
  '"><img src=x onerror=alert(1)>',
  '|',
  '__proto__',
];

/** Numbers that a file may have in the place of any other. */
const strangeNumbers = [0, -1, 0.5, 1e308, 2 ** 53, Number.MIN_VALUE, -0];

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', [], {}, ...strangeNumbers, ...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A document of which some values, anywhere, are others, gone, or there twice. */
export function damagedJson(documents: readonly unknown[]): fc.Arbitrary<unknown> {
  const edit = fc.record({
    steps: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
    kind: fc.constantFrom('replace', 'replace', 'remove', 'repeat'),
    value: anyValue,
  });
  return fc
    .record({ document: fc.constantFrom(...documents), edits: fc.array(edit, { maxLength: 4 }) })
    .map(({ document, edits }) => {
      const copy = structuredClone(document);
      for (const { steps, kind, value } of edits) change(copy, steps, kind, value);
      return copy;
    });
}

/** Walks down by `steps`, each of which chooses one of the children, until there are no more of either. */
function change(document: unknown, steps: readonly number[], kind: string, value: unknown): void {
  let parent = document as Record<string, unknown>;
  for (const [index, step] of steps.entries()) {
    const keys = Object.keys(parent);
    const key = keys[step % keys.length];
    if (key === undefined) return;
    const child = parent[key];
    if (index < steps.length - 1 && typeof child === 'object' && child !== null && Object.keys(child).length > 0) {
      parent = child as Record<string, unknown>;
      continue;
    }
    if (kind === 'remove') delete parent[key];
    else if (kind === 'repeat') parent[`${key}2`] = child;
    else parent[key] = value;
    return;
  }
}
