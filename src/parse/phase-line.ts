import { printable } from '../model/printable.ts';

export interface PhaseLine {
  name: string;
  values: Record<string, number | string>;
}

/**
 * `@phase NAME key=value…`, the line by which a program announces a moment to measure. Values that read as finite decimal numbers become
 * numbers. Undefined for any other line.
 */
export function parsePhaseLine(line: string): PhaseLine | undefined {
  const match = /^@phase ([a-z][\w-]*)((?: [\w.-]+=\S*)*)\s*$/.exec(line);
  if (!match?.[1]) return undefined;
  const pairs = (match[2] ?? '')
    .split(' ')
    .filter((pair) => pair !== '')
    .map((pair): [string, number | string] => {
      const [key = '', ...rest] = pair.split('=');
      const text = rest.join('=');
      return [key, /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : printable(text)];
    });
  return { name: match[1], values: Object.fromEntries(pairs) };
}
