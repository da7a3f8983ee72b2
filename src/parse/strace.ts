import { printable } from '../model/printable.ts';
import type { MemoryCallName } from '../model/syscalls.ts';
import { maxLineLength } from './lines.ts';

interface Happened {
  tid: number;
  /** Since the epoch, to a microsecond: when the call began. */
  atMs: number;
}

/** A call that changes a process's address space, or would have. */
export type MemoryCall = Happened & { failed: boolean } & (
    | { call: 'brk' /** Absent for `brk(NULL)`, which only asks. */; wanted?: number; address: number }
    | { call: 'mmap'; hint?: number; address: number; sizeBytes: number; protection: string; flags: string; file?: string }
    | { call: 'munmap' | 'madvise'; address: number; sizeBytes: number }
    | { call: 'mprotect'; address: number; sizeBytes: number; protection: string }
    | { call: 'mremap'; from: number; fromBytes: number; address: number; sizeBytes: number }
  );

export type TraceEvent =
  | MemoryCall
  /** A thread, or a process when it does not share memory with its parent. */
  | (Happened & { call: 'clone'; child: number; sharesMemory: boolean })
  /** `program` is the name by which the kernel knows the process from then on. */
  | (Happened & { call: 'execve'; program: string })
  | (Happened & { call: 'name'; name: string });

interface Line {
  tid: number;
  atMs: number;
  /** Number of the line on which the call began. */
  begun: number;
}

/**
 * What `strace -f -ttt -y` has written (strace 4.26 to 6.x). A call that another thread interrupted is two lines, `<unfinished ...>` and
 * `<... resumed>`. Events are in the order in which the kernel can have done them: an munmap counts from its beginning, since its
 * addresses may be another thread's before it returns; all others from their return. Lines that are none of these calls are left out.
 */
export function parseStrace(lines: Iterable<string>): TraceEvent[] {
  const events: { order: number; event: TraceEvent }[] = [];
  const unfinished = new Map<number, Line & { text: string }>();
  let number = 0;
  for (const line of lines) {
    number++;
    const [, id = '', time = '', rest = ''] = /^(\d+)\s+(\d+\.\d+) (.*)/s.exec(line.slice(0, maxLineLength)) ?? [];
    const tid = Number(id);
    const begun = rest.endsWith(' <unfinished ...>');
    if (begun) {
      const text = rest.slice(0, -' <unfinished ...>'.length);
      unfinished.set(tid, { tid, atMs: Number(time) * 1000, begun: number, text });
      continue;
    }
    const tail = /^<\.\.\. \w+ resumed>\s*(.*)/s.exec(rest)?.[1];
    const start = tail === undefined ? undefined : unfinished.get(tid);
    unfinished.delete(tid);
    const whole = start ? joinHalves(start.text, tail ?? '') : rest;
    const event = parseCall(printable(whole), start ?? { tid, atMs: Number(time) * 1000, begun: number });
    if (event) events.push({ order: event.call === 'munmap' ? (start?.begun ?? number) : number, event });
  }
  return events.sort((a, b) => a.order - b.order).map(({ event }) => event);
}

/** strace 5 and later break after a complete argument, and some write the comma on one side and some on the other. */
function joinHalves(begin: string, end: string): string {
  return /^[,)]/.test(end) || /[(\s]$/.test(begin) ? begin + end : `${begin} ${end}`;
}

function parseCall(text: string, { tid, atMs }: Line): TraceEvent | undefined {
  const [, name = '', args = '', result = ''] = /^(\w+)\((.*)\)\s+= (.*)/s.exec(text) ?? [];
  const parse = parsers[name];
  // `= ?`: the process ended meanwhile.
  if (!parse || result.startsWith('?')) return undefined;
  return parse(args, result, { tid, atMs });
}

type Parser = (args: string, result: string, happened: Happened) => TraceEvent | undefined;

const parsers: Partial<Record<string, Parser>> = {
  brk: (args, result, happened) => {
    const wanted = addressOf(args);
    const address = addressOf(result) ?? 0;
    return {
      call: 'brk',
      ...happened,
      ...(wanted === undefined ? {} : { wanted }),
      address,
      failed: wanted !== undefined && address !== wanted,
    };
  },
  mmap: parseMmap,
  munmap: (args, result, happened) => parseRange('munmap', args, result, happened),
  madvise: (args, result, happened) => parseRange('madvise', args, result, happened),
  mprotect: (args, result, happened) => {
    const range = parseRange('mprotect', args, result, happened);
    const protection = /, (PROT_[A-Z_|]+)$/.exec(args)?.[1] ?? '';
    return range && { ...range, call: 'mprotect', protection };
  },
  mremap: (args, result, happened) => {
    const [, from, fromBytes, sizeBytes] = /^(0x[0-9a-f]+), (\d+), (\d+), /.exec(args) ?? [];
    const address = addressOf(result) ?? 0;
    if (from === undefined) return undefined;
    const sizes = { from: Number(from), fromBytes: Number(fromBytes), address, sizeBytes: Number(sizeBytes) };
    return { call: 'mremap', ...happened, ...sizes, failed: isFailure(result) };
  },
  clone: parseClone,
  clone3: parseClone,
  fork: parseClone,
  vfork: (args, result, happened) => parseClone(`CLONE_VM${args}`, result, happened),
  execve: (args, result, happened) => {
    const path = /^"((?:[^"\\]|\\.)*)"/.exec(args)?.[1];
    return path === undefined || isFailure(result)
      ? undefined
      : { call: 'execve', ...happened, program: printable((path.split('/').at(-1) ?? path).slice(0, longestName)) };
  },
  prctl: (args, result, happened) => {
    const name = /^PR_SET_NAME, "((?:[^"\\]|\\.)*)"/.exec(args)?.[1];
    return name === undefined || isFailure(result) ? undefined : { call: 'name', ...happened, name: printable(unescapeName(name)) };
  },
};

/** Without its end: TASK_COMM_LEN of the kernel. */
const longestName = 15;

function parseMmap(args: string, result: string, happened: Happened): TraceEvent | undefined {
  const parts = /^(NULL|0x[0-9a-f]+), (\d+), ([^,]+), ([^,]+), (.+), (?:0x)?[0-9a-f]+$/.exec(args);
  if (!parts) return undefined;
  const [, hinted = '', size, protection = '', flags = '', descriptor = ''] = parts;
  const hint = addressOf(hinted);
  const file = /^\d+<(.*)>$/.exec(descriptor)?.[1];
  return {
    call: 'mmap',
    ...happened,
    ...(hint === undefined ? {} : { hint }),
    ...{ address: addressOf(result) ?? 0, sizeBytes: Number(size), protection, flags },
    ...(file === undefined ? {} : { file }),
    failed: isFailure(result),
  };
}

function parseRange<Name extends Exclude<MemoryCallName, 'brk' | 'mmap' | 'mremap'>>(
  call: Name,
  args: string,
  result: string,
  happened: Happened,
): (Happened & { call: Name; address: number; sizeBytes: number; failed: boolean }) | undefined {
  const [, address, size] = /^(0x[0-9a-f]+|NULL), (\d+)/.exec(args) ?? [];
  if (address === undefined) return undefined;
  return { call, ...happened, address: addressOf(address) ?? 0, sizeBytes: Number(size), failed: isFailure(result) };
}

function parseClone(args: string, result: string, happened: Happened): TraceEvent | undefined {
  const child = Number(/^(\d+)/.exec(result)?.[1] ?? 0);
  return child === 0 ? undefined : { call: 'clone', ...happened, child, sharesMemory: /\bCLONE_VM\b/.test(args) };
}

function addressOf(text: string): number | undefined {
  return /^0x[0-9a-f]+/.test(text) ? Number.parseInt(text, 16) : undefined;
}

function isFailure(result: string): boolean {
  return result.startsWith('-1');
}

/** strace writes bytes outside of ASCII as octal. */
function unescapeName(text: string): string {
  const bytes = text.replace(/\\(?:([0-7]{1,3})|x([0-9a-f]{2})|(.))/g, (_, octal?: string, hex?: string, character?: string) =>
    octal === undefined && hex === undefined
      ? (character ?? '')
      : String.fromCharCode(Number.parseInt(octal ?? hex ?? '', octal === undefined ? 16 : 8)),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
