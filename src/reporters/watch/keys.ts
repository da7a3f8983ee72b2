import { printable } from '../../model/printable.ts';
import type { WatchView } from '../../model/watch.ts';
import type { Paint } from '../paint.ts';
import { type Screen, wrapWhole } from './screen.ts';

const keyWidth = 12;
const keys: [key: string, what: string][] = [
  [
    't, twice',
    'The JVM calls malloc_trim, which gives free memory of malloc back to the system. The result stands beside the prediction.',
  ],
  ['g, twice', 'The JVM collects its whole heap. The memory of unreachable Inflaters and direct buffers is freed.'],
  [
    'o',
    'Who owns the blocks of malloc, in the place of the parts: classes, threads, libraries, and by how much each has grown since. Again: the parts.',
  ],
  ['s', 'Look once more, and save a doctor’s result for offheap report.'],
  ['↑ ↓, k j', 'Choose a process, where several are watched.'],
  ['?', 'This list.'],
  ['q, Ctrl-C', 'Quit. The last figures stay as a line.'],
];
const words = [
  'MiB/min is the slope over the last minute, by least squares.',
  'A curve goes from its lowest to its highest value, not from 0. Both stand beside it.',
  'The bar, the verdict and the parts are of the last look. RSS and live bytes are of the last tick.',
  'A block may be freed by another thread than the one that allocated it.',
];

/** What the keys do and the figures mean, in words. */
export function keysHelp({ width }: Screen, paint: Paint): string[] {
  const rows = keys.flatMap(([key, what]) =>
    wrapWhole(what, Math.max(1, width - keyWidth)).map((line, index) =>
      index === 0 ? paint('bold', key.padEnd(keyWidth)) + line : ' '.repeat(keyWidth) + line,
    ),
  );
  return [...rows, '', ...words.flatMap((sentence) => wrapWhole(sentence, width))];
}

/** The last thing that was done, whole, and the keys. */
export function footLines(view: WatchView, { width, height }: Screen, paint: Paint): string[] {
  const message = view.message === '' ? [] : wrapWhole(printable(view.message), width);
  const [style, text] = keysLine(view);
  const keysShown = wrapWhole(text, width).map((line) => paint(style, line));
  return [...message.slice(0, Math.max(0, height - keysShown.length)), ...keysShown].slice(-height);
}

function keysLine({ armed, glances, showsKeys, showsOwners }: WatchView): [style: 'dim' | 'inverse', text: string] {
  if (showsKeys) return ['dim', 'any key: back'];
  if (armed === 'trim') return ['inverse', 't again: have the JVM call malloc_trim; any other key: not'];
  if (armed === 'gc') return ['inverse', 'g again: have the JVM collect its whole heap; any other key: not'];
  return [
    'dim',
    `t trim  g GC  s save  ${showsOwners ? 'o parts' : 'o owners'}  ${glances.length > 1 ? '↑ ↓ choose  ' : ''}? keys  q quit`,
  ];
}
