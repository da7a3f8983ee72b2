import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/offheap.ts';

export const pagePath = join(root, 'docs', 'walkthrough-owners.md');

/** What the page shows below a block of commands; undefined where it does not have that block. */
export function shownOutput(page: string, command: string): string | undefined {
  return blocksOf(page, command)?.output;
}

/** The page with other output below that block. */
export function withOutput(page: string, command: string, output: string): string {
  const blocks = blocksOf(page, command);
  if (!blocks) throw new Error(`Expected ${pagePath} to have the block ${command}, and one with its output below.`);
  return `${page.slice(0, blocks.start)}${output}${page.slice(blocks.end)}`;
}

/** The first lines, and `…` where there are more. */
export function firstLines(output: string, lines = Number.POSITIVE_INFINITY): string {
  const all = output.trimEnd().split('\n');
  return `${(all.length <= lines ? all : [...all.slice(0, lines), '…']).join('\n')}\n`;
}

/** Code of a language that the page quotes. */
export function quotedCode(language: string): string[] {
  return [...readFileSync(pagePath, 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  );
}

function blocksOf(page: string, command: string): { start: number; end: number; output: string } | undefined {
  const above = `\n\`\`\`\n${command}\n\`\`\`\n\n\`\`\`\n`;
  const at = page.indexOf(above);
  if (at < 0) return undefined;
  const start = at + above.length;
  const end = page.indexOf('```\n', start);
  return { start, end, output: page.slice(start, end) };
}
