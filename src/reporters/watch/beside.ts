import type { Paint } from '../paint.ts';
import type { Block } from './blocks.ts';
import { fitCell, type Screen } from './screen.ts';

const gap = '   ';
const narrowestBlock = 38;
/** Wider, and a figure is too far from its name. */
const widestBlock = 48;
/** Below it a row of blocks is left out, so that the others can be read. */
const leastHeight = 8;

/** Blocks beside each other as far as the width goes, and below each other as far as the height does. What a block leaves out is counted in its last line. */
export function besideLines(blocks: readonly Block[], { width, height }: Omit<Screen, 'color'>, paint: Paint): string[] {
  if (blocks.length === 0 || height < 2) return [];
  const most = Math.max(1, Math.floor((width + gap.length) / (narrowestBlock + gap.length)));
  const columns = spread(blocks, most, height - 1);
  const across = Math.min(columns.length, most);
  const blockWidth = Math.min(widestBlock, Math.floor((width + gap.length) / across) - gap.length);
  const down = Math.max(1, Math.min(Math.ceil(columns.length / across), Math.floor(height / leastHeight)));
  return Array.from({ length: down }, (_, index) => columns.slice(index * across, (index + 1) * across)).flatMap((row) =>
    joinBlocks(
      row.map((block) => drawBlock(block, blockWidth, Math.floor(height / down), paint)),
      blockWidth,
    ),
  );
}

/** A block of more rows than there is room for goes on in the next column, while there are columns to spare. */
function spread(blocks: readonly Block[], most: number, room: number): Block[] {
  let spare = Math.max(0, most - blocks.length);
  return blocks.flatMap(({ title, rows }) => {
    const more = Math.min(spare, Math.max(0, Math.ceil(rows.length / room) - 1));
    spare -= more;
    return Array.from({ length: more + 1 }, (_, column) => ({
      title: column === 0 ? title : '',
      rows: rows.slice(column * room, column < more ? (column + 1) * room : undefined),
    }));
  });
}

function drawBlock({ title, rows }: Block, width: number, height: number, paint: Paint): string[] {
  const room = height - 1;
  // A single line is better a row than a count of all.
  const hidden = rows.length > room && room > 1 ? rows.length - room + 1 : 0;
  const drawn = rows.slice(0, Math.min(room, rows.length - hidden)).map((row) => row(width));
  return [paint('bold', fitCell(title, width)), ...drawn, ...(hidden > 0 ? [fitCell(`and ${hidden} more`, width)] : [])];
}

function joinBlocks(blocks: readonly string[][], width: number): string[] {
  const height = Math.max(...blocks.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    blocks
      .map((block) => block[line] ?? ' '.repeat(width))
      .join(gap)
      .trimEnd(),
  );
}
