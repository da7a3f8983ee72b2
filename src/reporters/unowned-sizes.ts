import type { UnownedContent, UnownedSize } from '../model/owners.ts';
import { formatCount, formatSmallMiB } from '../model/units.ts';
import { type Column, left, right } from './columns.ts';

/** Those with most bytes. */
const mostListed = 8;
/** A line of a terminal has room for these, two digits and a blank each; JSON has all. */
const shownHexBytes = 16;
const shownCharacters = 64;

const sizeColumns: readonly Column<UnownedSize>[] = [
  left('chunk size', ({ chunkBytes }) => `${formatCount(chunkBytes)} B`),
  right('blocks of nobody', ({ blocks }) => formatCount(blocks)),
  right('MiB', ({ chunkBytes, blocks }) => formatSmallMiB(chunkBytes * blocks)),
];
const exampleColumn = left<UnownedSize>('for example', ({ example }) => toHexAddress(example), 1);
const contentColumn = left<UnownedSize>('for example, and what it begins with', ({ example, contents = [] }) =>
  contents.length === 0 ? toHexAddress(example) : contents.map(describeContent).join('\n'),
);

/** Blocks of nobody by size, with contents where somebody peeked. */
export function listUnownedSizes(sizes: readonly UnownedSize[]): {
  columns: readonly Column<UnownedSize>[];
  rows: readonly UnownedSize[];
} {
  const hasContents = sizes.some(({ contents }) => contents !== undefined);
  return { columns: [...sizeColumns, hasContents ? contentColumn : exampleColumn], rows: sizes.slice(0, mostListed) };
}

function describeContent({ address, hex, text }: UnownedContent): string {
  return `${toHexAddress(address)}  ${text === undefined ? describeHex(hex) : describeText(text)}`;
}

/** Escapes are longer than the bytes they stand for; none is cut in two. */
function describeText(text: string): string {
  return text.length > shownCharacters ? `"${text.slice(0, shownCharacters).replace(/\\(x.?)?$/, '')}" …` : `"${text}"`;
}

function describeHex(hex: string): string {
  if (/^0*$/.test(hex)) return 'zeros';
  const bytes = hex.match(/../g) ?? [];
  return `${bytes.slice(0, shownHexBytes).join(' ')}${bytes.length > shownHexBytes ? ' …' : ''}`;
}

function toHexAddress(address: number): string {
  return `0x${address.toString(16)}`;
}
