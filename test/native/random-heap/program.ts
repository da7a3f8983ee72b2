import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { XMLParser } from 'fast-xml-parser';
import { compile } from '../preloaded.ts';
import type { Range } from './memory.ts';
import type { Heap } from './options.ts';

/** What random_heap.c says of its own heap. */
export interface Truth {
  glibcVersion: string;
  pid: number;
  /** Address of main_arena.top. */
  mainTop: number;
  /** What it took by sbrk, in order of address. */
  foreign: Range[];
  /** Where its main arena went on by mmap. */
  pieces: number[];
  /** Where its lists of blocks are, and their lengths. The first list has the first block of all. */
  blockLists: { address: number; count: number }[];
  /** How many blocks it has, by the bytes of their chunks; blocks with a mapping of their own not among them. */
  live: Map<number, number>;
  mapped: { chunks: number; bytes: number };
  /** What malloc_info(3) said, arena by arena. */
  info: { arenas: InfoOfArena[]; mappedChunks: number; mappedBytes: number };
}

export interface InfoOfArena {
  systemBytes: number;
  fast: Count;
  /** Tops and chunks in bins. malloc_info adds flags to the sizes of the latter. */
  rest: Count;
}

export interface Count {
  count: number;
  bytes: number;
}

export interface Trimmed {
  rssBytes: number;
  /** What left RSS, but for pages of files: malloc_trim's own code may have come into it. */
  returnedBytes: number;
}

export interface RandomHeap {
  truth: Truth;
  /** Has it call malloc_trim(0). */
  trim(): Promise<Trimmed>;
  stop(): Promise<void>;
}

/** Starts random_heap.c, or what scripts/heaps.mjs was given for it, and waits until its heap is made. */
export async function startRandomHeap({ kind, args, env }: Heap): Promise<RandomHeap> {
  const child = spawn(process.env['OFFHEAP_HEAP_PROGRAM'] ?? compile('random_heap', kind), args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await lines.next();
    if (line.done) throw new Error(`random_heap ended: ${args.join(' ')}`);
    return line.value;
  };
  const stop = async () => {
    child.stdin.destroy();
    child.kill('SIGKILL');
    await ended;
  };
  try {
    const said: string[] = [];
    for (let line = await next(); line !== 'ready'; line = await next()) said.push(line);
    const trim = async () => {
      child.stdin.write('\n');
      const [, rssBytes = 0, , anonymousBefore = 0, anonymousAfter = 0] = (await next()).split(' ').map(Number);
      return { rssBytes, returnedBytes: anonymousBefore - anonymousAfter };
    };
    return { truth: parseTruth(said), trim, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function parseTruth(lines: readonly string[]): Truth {
  const rows = lines.filter((line) => /^[a-z]/.test(line)).map((line) => line.split(' '));
  const named = (name: string) => rows.filter(([first]) => first === name).map(([, ...values]) => values);
  const numbersOf = (name: string) => named(name).map(([first, second]) => ({ first: Number(first), second: Number(second) }));
  const only = (name: string) => numbersOf(name)[0] ?? { first: Number.NaN, second: Number.NaN };
  return {
    glibcVersion: named('glibc')[0]?.[0] ?? '',
    pid: only('pid').first,
    mainTop: only('main_top').first,
    foreign: numbersOf('sbrk').map(({ first, second }) => ({ start: first, end: first + second })),
    pieces: numbersOf('piece').map(({ first }) => first),
    blockLists: numbersOf('blocks').map(({ first, second }) => ({ address: first, count: second })),
    live: new Map(numbersOf('live').map(({ first, second }) => [first, second])),
    mapped: { chunks: only('mapped').first, bytes: only('mapped').second },
    info: parseInfo(lines.slice(lines.findIndex((line) => line.startsWith('<malloc'))).join('\n')),
  };
}

interface InfoElement {
  type: string;
  count: number;
  size: number;
}

interface InfoNode {
  total: InfoElement[];
  system: InfoElement[];
}

function parseInfo(xml: string): Truth['info'] {
  const isArray = (name: string) => ['heap', 'total', 'system'].includes(name);
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', parseAttributeValue: true, isArray });
  const { malloc } = parser.parse(xml) as { malloc: InfoNode & { heap: InfoNode[] } };
  const countOf = ({ total }: InfoNode, type: string): Count => {
    const element = total.find((each) => each.type === type);
    return { count: element?.count ?? 0, bytes: element?.size ?? 0 };
  };
  const mapped = countOf(malloc, 'mmap');
  return {
    arenas: malloc.heap.map((heap) => ({
      systemBytes: heap.system.find(({ type }) => type === 'current')?.size ?? 0,
      fast: countOf(heap, 'fast'),
      rest: countOf(heap, 'rest'),
    })),
    mappedChunks: mapped.count,
    mappedBytes: mapped.bytes,
  };
}
