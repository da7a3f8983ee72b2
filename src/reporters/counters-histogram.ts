import type { CounterSnapshot } from '../model/counters.ts';
import { formatCount } from '../model/units.ts';
import { type Column, left, right, toTable } from './columns.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';

const barWidth = 30;

/** Blocks by size; empty where there was none. */
export function renderHistogram(snapshot: CounterSnapshot, options: TerminalOptions): string {
  const { live, total } = snapshot.sizeHistogram;
  const isUsed = (bucket: number) => (total[bucket] ?? 0) > 0 || (live[bucket] ?? 0) !== 0;
  const used = [...total.keys()].filter(isUsed);
  const [first, last] = [used[0], used.at(-1)];
  if (first === undefined || last === undefined) return '';
  const most = Math.max(1, ...live);
  const barOf = (blocks: number) => '█'.repeat(Math.ceil((Math.max(0, blocks) / most) * barWidth));
  const columns: Column<number>[] = [
    left(`${measureOf(snapshot)} size`, (bucket) => bucketName(bucket, live.length)),
    right('live blocks', (bucket) => formatCount(live[bucket] ?? 0)),
    right('in total', (bucket) => formatCount(total[bucket] ?? 0)),
    { ...left('live', (bucket) => barOf(live[bucket] ?? 0)), headingAlign: 'right', rank: 1 },
  ];
  const buckets = [...total.keys()].slice(first, last + 1);
  return drawTable(toTable(columns, buckets), options);
}

/** Bucket k holds the sizes of k bits: 2^(k−1) to 2^k − 1. */
function bucketName(bucket: number, buckets: number): string {
  if (bucket === 0) return '0 B';
  const from = shortBytes(2 ** (bucket - 1));
  return bucket === buckets - 1 ? `${from} and more` : `${from} to < ${shortBytes(2 ** bucket)}`;
}

function shortBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${bytes / 1024 ** step} ${units[step]}`;
}

/** In what the library counts live bytes and sizes. */
export function measureOf({ liveRequestedBytes }: CounterSnapshot): 'requested' | 'usable' {
  return liveRequestedBytes === undefined ? 'usable' : 'requested';
}
