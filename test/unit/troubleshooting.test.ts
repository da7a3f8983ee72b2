import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Code → the beginnings of messages that are its headings. */
const sections = new Map(
  read('docs/troubleshooting.md')
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string[]] => {
      const [code = ''] = section.split('\n');
      return [code, [...section.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading)];
    }),
);

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => withMarks(read(join('src', file))))
  .join('\n');

/** What differs from one message to the other is a mark, as on the page; texts of several lines are one. */
function withMarks(source: string): string {
  const inner = source.replaceAll(/\$\{[^{}]*\}/g, '…');
  return inner === source ? source.replaceAll(/(['`"]) \+\n\s*['`"]/g, '') : withMarks(inner);
}

const codes = [...read('src/model/errors.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code = '']) => code);
const messages = [...sources.matchAll(/(?:OffheapError|\berror)\(\s*'([A-Z_]+)',\s*(['`])((?:(?!\2).)+)/g)].map(
  ([, code = '', , message = '']) => ({ code, message }),
);

describe('docs/troubleshooting.md', () => {
  test('every error code has its section', () => {
    expect(codes.length).toBeGreaterThan(15);
    expect([...sections.keys()].sort()).toEqual([...codes].sort());
    for (const [code, headings] of sections) expect(headings, code).not.toEqual([]);
  });

  test('every heading is how a message of the sources begins', () => {
    const headings = [...sections.values()].flat();
    const unknown = headings.filter((heading) => !["'", '`'].some((quote) => sources.includes(`${quote}${heading}`)));
    expect(unknown).toEqual([]);
    expect(new Set(headings).size).toBe(headings.length);
  });

  test('every message has a heading under its code', () => {
    expect(messages.length).toBeGreaterThan(80);
    const missing = messages.filter(({ code, message }) => !sections.get(code)?.some((heading) => message.startsWith(heading)));
    expect(missing).toEqual([]);
  });
});
