import type { DoctorFile } from '../model/doctor-file.ts';
import { formatCount, formatMiB, formatPercent, formatSmallMiB } from '../model/units.ts';
import { bar } from './bar.ts';
import { type Column, left, right, type TextTable, toTable } from './columns.ts';

type Cgroup = NonNullable<DoctorFile['evidence']['cgroup']>;
/** All that the table is about. */
type Limited = Pick<DoctorFile['evidence'], 'cgroup'>;
type Account = NonNullable<Cgroup['account']>;

const barWidth = 24;
const namesShown = 3;
/** Smaller parts are no reason for anything. */
const leastShownShare = 0.01;

/** A row: a part, several small ones together, the sum, or what is known of it. */
export interface ContainerRow {
  name: string;
  bytes: number;
  note: string;
  /** A part of the usage, with a bar; the other rows are about all of them. */
  isPart: boolean;
}

interface Detail {
  verbose: boolean;
  /** Of the process that the table is about. */
  processName?: string;
}

/** What the container's usage is made of, up to its limit. Undefined where there is no limit. */
export function containerTable(evidence: Limited, detail: Detail): TextTable | undefined {
  const limitBytes = evidence.cgroup?.limitBytes;
  const rows = containerRows(evidence, detail);
  if (limitBytes === undefined || rows.length === 0) return undefined;
  const columns: Column<ContainerRow>[] = [
    left('container', ({ name }) => name),
    right('MiB', ({ bytes }) => formatSmallMiB(bytes)),
    right('of limit', ({ bytes }) => formatPercent(bytes / limitBytes), 1),
    left('', ({ bytes, isPart }) => (isPart ? bar(bytes / limitBytes, barWidth) : ''), 2),
    { ...left<ContainerRow>('what of it', ({ note }) => note), isProse: true },
  ];
  return toTable(columns, rows);
}

/** Largest part first, then the sum and what is known of it. Empty without an account. */
export function containerRows({ cgroup }: Limited, { verbose, processName = 'this process' }: Detail): ContainerRow[] {
  const { limitBytes, account, swap, highBytes = 0 } = cgroup ?? {};
  if (limitBytes === undefined || !account) return [];
  const { usageBytes, workingSetBytes, unreclaimableBytes } = account;
  const ordered = account.parts.toSorted((a, b) => b.bytes - a.bytes);
  const isShown = ({ bytes }: { bytes: number }) => verbose || bytes >= leastShownShare * limitBytes;
  const small = ordered.filter((part) => !isShown(part));
  const of = (name: string, bytes: number, note = ''): ContainerRow => ({ name, bytes, note, isPart: false });
  return [
    ...ordered.filter(isShown).map((part) => {
      const name = part.kind === 'this process' ? processName : part.kind;
      return { name, bytes: part.bytes, note: noteOf(part, account, processName), isPart: true };
    }),
    ...(small.length === 0
      ? []
      : [
          {
            ...of(
              `${small.length} smaller`,
              small.reduce((sum, { bytes }) => sum + bytes, 0),
            ),
            isPart: true,
          },
        ]),
    of('usage', usageBytes, describeProcesses(account)),
    of('held', unreclaimableBytes, 'what the kernel cannot drop'),
    of('working set', workingSetBytes, 'of Kubernetes: less inactive cache'),
    of('left', Math.max(0, limitBytes - unreclaimableBytes), `up to ${formatMiB(limitBytes)}, the limit${groupOf(cgroup)}`),
    ...(highBytes > 0 && highBytes < limitBytes ? [of('memory.high', highBytes, describeHigh(cgroup?.highHits))] : []),
    ...(swap?.usedBytes !== undefined && swap.usedBytes + swap.freeBytes > 0
      ? [of('in swap', swap.usedBytes, `${formatMiB(swap.freeBytes)} free`)]
      : []),
  ];
}

const notes: Record<string, string> = {
  'this process': 'anonymous memory',
  'of no process seen': 'anonymous memory',
  'page cache, active': 'the kernel drops it',
  'slab, reclaimable': 'the kernel drops it',
  kernel: 'memory of the kernel',
  unaccounted: 'charged ahead',
};

function noteOf(
  { kind, reclaimableBytes }: Account['parts'][number],
  { others, sharedByProcessBytes, dirtyBytes = 0 }: Account,
  processName: string,
): string {
  if (kind === 'other processes') {
    const names = others.slice(0, namesShown).map(({ name, processes, bytes }) => {
      return `${name}${processes > 1 ? ` (${processes})` : ''} ${formatSmallMiB(bytes)}`;
    });
    return [...names, ...(others.length > namesShown ? ['…'] : [])].join(', ');
  }
  if (kind === 'shared memory')
    return `tmpfs too; ${formatSmallMiB(sharedByProcessBytes)} ${processName === 'this process' ? 'this process’s' : 'of the process'}`;
  if (kind === 'page cache, inactive') return `the kernel drops it; ${formatSmallMiB(dirtyBytes)} dirty`;
  if (kind === 'swap cache') return reclaimableBytes === 0 ? 'stays: no swap is free' : 'the kernel drops it';
  return notes[kind] ?? '';
}

function describeProcesses({ unreadProcesses, processesByRss }: Account): string {
  return [
    ...(unreadProcesses > 0 ? [`${processes(unreadProcesses)} could not be read`] : []),
    ...(processesByRss > 0 ? [`of ${processes(processesByRss)} RSS, not the share`] : []),
  ].join('; ');
}

function processes(number: number): string {
  return number === 1 ? '1 process' : `${number} processes`;
}

function describeHigh(highHits = 0): string {
  return `slowed down from here on${highHits > 0 ? `; ${formatCount(highHits)}×` : ''}`;
}

/** Where the limit is another group's. */
function groupOf(cgroup: Cgroup | undefined): string {
  const [own] = cgroup?.levels ?? [];
  return own && cgroup?.path !== undefined && own.path !== cgroup.path ? ` of ${cgroup.path}` : '';
}
