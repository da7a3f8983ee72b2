import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { boundedLines, longestLine } from '../../../src/process/lines.ts';

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of boundedLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) lines.push(line);
  return lines;
}

test('lines across chunks, with either end of line, and a last one without', async () => {
  expect(await linesOf('on', 'e\ntwo\r\n\nthr', 'ee')).toEqual(['one', 'two', '', 'three']);
  expect(await linesOf()).toEqual([]);
});

test('a character that is split between chunks stays whole', async () => {
  const bytes = Buffer.from('é\n');
  expect(await linesOf(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(['é']);
});

test('a line without an end comes in pieces, none of them longer than the limit', async () => {
  const pieces = await linesOf(...Array<string>(10).fill('x'.repeat(50_000)), '\nend');
  expect(pieces.join('')).toBe(`${'x'.repeat(500_000)}end`);
  expect(Math.max(...pieces.map(({ length }) => length))).toBe(longestLine);
  expect(pieces.at(-1)).toBe('end');
});
