import { printable } from '../model/printable.ts';

/** A longer line is cut: what a program writes without an end must not fill our memory. */
export const longestLine = 64 * 1024;

/** The lines of a stream, without their ends. A line of over 64 Ki characters comes in pieces. */
export async function* boundedLines(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* pieces(line.endsWith('\r') ? line.slice(0, -1) : line);
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) yield rest.slice(0, longestLine);
  }
  if (rest !== '') yield rest;
}

function* pieces(line: string): Generator<string> {
  yield line.slice(0, longestLine);
  for (let from = longestLine; from < line.length; from += longestLine) yield line.slice(from, from + longestLine);
}

/** A line of a program as it is quoted to a person. A tab is a space there. */
export function quotableLine(line: string): string {
  return printable(line.replaceAll('\t', ' '));
}
