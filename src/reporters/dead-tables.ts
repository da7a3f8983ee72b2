import type { DeadPart, DeadResult, RecordedFigure } from '../model/dead.ts';
import { present } from '../model/present.ts';
import { formatCount, formatFigure, formatSmallMiB } from '../model/units.ts';
import { left, notMeasured, right, shown, type TextTable, toTable } from './columns.ts';
import { mallocTable } from './doctor-tables.ts';
import { signed } from './signed.ts';

/** Smaller parts are no reason for anything. */
const leastShownShare = 0.01;

/** The memory map by part; undefined where the file has none. */
export function partsTable({ memory }: DeadResult, { verbose }: { verbose: boolean }): TextTable | undefined {
  const { parts = [], committedBytes = 0, virtualBytes = 0, mappings = 0, filledBytes } = memory ?? {};
  if (parts.length === 0) return undefined;
  const isShown = (part: DeadPart) =>
    verbose ||
    (part.filledBytes ?? part.committedBytes) >= leastShownShare * (filledBytes ?? committedBytes) ||
    part.sizeBytes >= leastShownShare * virtualBytes;
  const sum = { kind: 'all', sizeBytes: virtualBytes, committedBytes, mappings, ...present('filledBytes', filledBytes) };
  type Row = Omit<DeadPart, 'kind'> & { kind: string };
  return toTable<Row>(
    [
      left('part', ({ kind }) => kind),
      ...(memory?.filledBytes === undefined ? [] : [right<Row>('filled MiB', (part) => shown(part.filledBytes, formatSmallMiB))]),
      right('committed MiB', (part) => formatSmallMiB(part.committedBytes)),
      right('addresses MiB', (part) => formatSmallMiB(part.sizeBytes)),
      right('mappings', (part) => formatCount(part.mappings), 1),
    ],
    [...parts.filter(isShown), sum],
  );
}

/** glibc’s heaps of a core file; undefined where they were not read. */
export function heapsTable({ malloc, memory }: DeadResult, detail: { verbose: boolean }): TextTable | undefined {
  return malloc && mallocTable({ malloc, rssBytes: memory?.filledBytes ?? 0 }, detail);
}

interface LimitRow {
  what: string;
  used: number | undefined;
  limit: number | undefined;
  unit: 'bytes' | 'count';
}

/** What was used of each limit that the file tells. */
export function limitsTable({ limits, host, memory, process }: DeadResult): TextTable | undefined {
  if (!limits) return undefined;
  const { ramBytes, availableBytes } = host ?? {};
  const usedOfHost = ramBytes === undefined || availableBytes === undefined ? undefined : ramBytes - availableBytes;
  const rows: LimitRow[] = [
    { what: 'address space (ulimit -v)', used: memory?.virtualBytes, limit: limits.addressSpaceBytes, unit: 'bytes' },
    { what: 'data (ulimit -d)', used: memory?.committedBytes, limit: limits.dataBytes, unit: 'bytes' },
    { what: 'container', used: limits.containerUsedBytes, limit: limits.containerBytes, unit: 'bytes' },
    { what: 'memory of the machine', used: usedOfHost, limit: ramBytes, unit: 'bytes' },
    { what: 'CommitLimit', used: limits.committedBytes, limit: limits.commitBytes, unit: 'bytes' },
    { what: 'mappings (vm.max_map_count)', used: memory?.mappings, limit: limits.mappings, unit: 'count' },
    { what: 'threads of the container', used: limits.containerThreadsUsed, limit: limits.containerThreads, unit: 'count' },
    { what: 'threads of the user (ulimit -u), own ones', used: process.threads, limit: limits.userThreads, unit: 'count' },
    { what: 'threads of the machine, own ones', used: process.threads, limit: limits.systemThreads, unit: 'count' },
  ];
  const known = rows.filter(({ limit }) => limit !== undefined);
  if (known.length === 0) return undefined;
  const format = (value: number | undefined, unit: LimitRow['unit']) =>
    shown(value, (known_) => (unit === 'bytes' ? `${formatSmallMiB(known_)} MiB` : formatCount(known_)));
  return toTable<LimitRow>(
    [
      left('limit', ({ what }) => what),
      right('used', ({ used, unit }) => format(used, unit)),
      right('of', ({ limit, unit }) => format(limit, unit)),
    ],
    known,
  );
}

const mostCategories = 12;

/** What the JVM counted of its own memory; undefined where it did not. */
export function nmtTable({ jvm }: DeadResult, { verbose }: { verbose: boolean }): TextTable | undefined {
  if (!jvm?.nmt) return undefined;
  const { categories, totalCommittedBytes, totalReservedBytes } = jvm.nmt;
  const sorted = categories.toSorted((a, b) => b.committedBytes - a.committedBytes);
  const total = { name: 'all', committedBytes: totalCommittedBytes, reservedBytes: totalReservedBytes };
  return toTable<{ name: string; committedBytes: number; reservedBytes: number; mallocBytes?: number | undefined }>(
    [
      left('Native Memory Tracking', ({ name }) => name),
      right('committed MiB', (row) => formatSmallMiB(row.committedBytes)),
      right('reserved MiB', (row) => formatSmallMiB(row.reservedBytes), 1),
      right('malloc MiB', ({ mallocBytes }) => shown(mallocBytes, formatSmallMiB), 2),
    ],
    [...(verbose ? sorted : sorted.slice(0, mostCategories)), total],
  );
}

/** What changed in the time of a recording. */
export function recordedTable({ recording }: DeadResult): TextTable | undefined {
  if (!recording || recording.figures.length === 0) return undefined;
  const format = (value: number, unit: RecordedFigure['unit']) =>
    unit === 'bytes' ? `${formatSmallMiB(value)} MiB` : formatFigure(Math.round(value));
  return toTable<RecordedFigure>(
    [
      left('recorded', ({ what }) => what),
      right('first', ({ first, unit }) => format(first, unit)),
      right('last', ({ last, unit }) => format(last, unit)),
      right('most', ({ most, unit }) => format(most, unit), 1),
      right('a minute', ({ perMinute, unit }) =>
        perMinute === undefined ? notMeasured : signed(perMinute, (value) => format(value, unit)),
      ),
      right('times', ({ samples }) => formatCount(samples), 2),
    ],
    recording.figures,
  );
}
