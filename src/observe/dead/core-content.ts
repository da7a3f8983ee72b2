import { type FileHandle, open } from 'node:fs/promises';
import type { CoreFile, CoreMapping } from '../../native/core-file.ts';
import { parseGlibcBanner } from '../../parse/glibc-banner.ts';
import { type InitialStack, parseInitialStack } from '../../parse/initial-stack.ts';
import { glibcFile } from '../../parse/libc.ts';
import { parsePerfData } from '../../parse/perf-data.ts';
import { readForeignFile } from '../../process/foreign-file.ts';
import { slowMountOf } from '../../process/slow-mounts.ts';

/** What of a program's memory tells who it was. */
export interface CoreContent extends InitialStack {
  /** jvmstat's counters; undefined where they are not in the core. */
  counters: Map<string, string> | undefined;
  glibcVersion: string | undefined;
}

/** As many bytes as arguments and environment take by default (execve(2): a quarter of 8 MiB). */
const maxStackBytes = 2 * 1024 ** 2;
/** -XX:PerfDataMemorySize has 2 MiB at most. */
const maxCountersBytes = 2 * 1024 ** 2;
/** Of glibc's constants, where its version is written. */
const maxLibcBytes = 4 * 1024 ** 2;
/** The same of its file, with symbols. */
const maxLibcFileBytes = 64 * 1024 ** 2;
const headBytes = 4096;
const hsperfdata = /\/hsperfdata_[^/]*\/\d+(?: \(deleted\))?$/;

/** Reads arguments, environment, the JVM's counters and glibc's version out of the memory that a core file has. What is not in it is left out. */
export async function readContent(core: CoreFile, sysroot?: string): Promise<CoreContent> {
  const file = await open(core.file, 'r');
  try {
    const stack = core.mappings.find(({ start, end }) => start <= core.stackAt && core.stackAt < end);
    const initial = parseInitialStack(stack ? await readEnd(file, stack, maxStackBytes) : Buffer.alloc(0), core.command);
    const counters = core.mappings.find((mapping) => hsperfdata.test(mapping.path) && mapping.dumpedBytes > 0);
    return {
      ...initial,
      counters: counters && parsePerfData(await readStart(file, counters, maxCountersBytes)),
      glibcVersion: await readGlibcVersion(file, core, sysroot),
    };
  } finally {
    await file.close();
  }
}

async function readStart(file: FileHandle, { dumpedAt, dumpedBytes }: CoreMapping, mostBytes: number): Promise<Buffer> {
  return await readAt(file, dumpedAt, Math.min(dumpedBytes, mostBytes));
}

async function readEnd(file: FileHandle, { dumpedAt, dumpedBytes }: CoreMapping, mostBytes: number): Promise<Buffer> {
  const bytes = Math.min(dumpedBytes, mostBytes);
  return await readAt(file, dumpedAt + dumpedBytes - bytes, bytes);
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const content = Buffer.alloc(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await file.read(content, length, bytes - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return content.subarray(0, length);
}

/** From its constants, where the core has them; else from the file of that name here, where it begins as the one in the core does, with its build id. */
async function readGlibcVersion(file: FileHandle, { mappings }: CoreFile, sysroot = ''): Promise<string | undefined> {
  const libc = mappings.filter(({ path, dumpedBytes }) => glibcFile.test(path) && dumpedBytes >= headBytes);
  for (const mapping of libc.filter(({ access }) => access?.isWritable !== true)) {
    const version = parseGlibcBanner((await readStart(file, mapping, maxLibcBytes)).toString('latin1'));
    if (version !== undefined) return version;
  }
  const first = libc.find(({ pathOffset }) => pathOffset === 0);
  if (!first) return undefined;
  const [head, own] = [await readStart(file, first, headBytes), await readOwn(`${sysroot}${first.path}`)];
  return own?.subarray(0, headBytes).equals(head) ? parseGlibcBanner(own.toString('latin1')) : undefined;
}

/** A core of another machine may name a place here where nobody answers. */
async function readOwn(path: string): Promise<Buffer | undefined> {
  if (slowMountOf(process.pid, path)) return undefined;
  return await readForeignFile(path, maxLibcFileBytes).catch(() => undefined);
}
