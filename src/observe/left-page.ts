import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import { liveBytesOf, liveShareOf, whyLiveIsWithdrawn } from '../model/counters.ts';
import { messageOf } from '../model/errors.ts';
import type { PageWitness } from '../model/oom.ts';
import { printable, printableName } from '../model/printable.ts';
import { type CounterReader, openCounters } from '../native/counters.ts';
import { parseStatusLine } from '../parse/proc-fields.ts';
import { readProcSync } from '../process/proc-file.ts';
import { whyUnread } from '../process/why-unread.ts';
import { liveSizeClasses } from '../stats/live-sizes.ts';

/** Whose page is looked for. */
export interface Dead {
  pid: number;
  name: string;
  /** When it was killed, since 1970; undefined where nobody knows. */
  killedUnixMs?: number | undefined;
}

export interface LeftPage {
  page?: PageWitness;
  /** Pages that may be its, and are not told: why, a sentence each. */
  unread: string[];
}

const mostEntries = 65_536;
const mostPages = 256;
const mostShown = 5;
/** Clocks of the log and of the page. */
const toleranceMs = 2000;

/**
 * The counter page that a killed process has left in its OFFHEAP_COUNTERS_DIR: by the pid in its name, and made before the kill; of a container's process, whose pid is another there, by the name of its first
 * thread, where no other page fits.
 */
export function readLeftPage(folder: string, dead: Dead): LeftPage {
  let names: string[];
  try {
    names = pageNames(folder);
  } catch (error) {
    return { unread: [`Expected a folder with counter pages, but ${printableName(folder)} cannot be read: ${whyUnread(error)}.`] };
  }
  const pidOf = (name: string) => Number(/^\d+/.exec(name)?.[0]);
  const own = open(
    folder,
    names.filter((name) => pidOf(name) === dead.pid),
    dead,
  );
  const [latest] = own.readers.toSorted((a, b) => b.info.createdUnixMs - a.info.createdUnixMs);
  if (latest) return closing(own.readers, () => ({ page: describe(latest, 'pid'), unread: own.unread }));
  const others = open(
    folder,
    names.filter((name) => pidOf(name) !== dead.pid),
    dead,
  );
  return closing(others.readers, () => {
    const alike = others.readers.filter((reader) => nameOf(reader) === dead.name);
    const [only] = alike;
    if (only && alike.length === 1) return { page: describe(only, 'name'), unread: own.unread };
    const paths = alike.slice(0, mostShown).map(({ info }) => info.path);
    const several = `${alike.length} pages are of ended processes named ${dead.name}, and none has pid ${dead.pid}. Look at each: offheap counters ${paths[0]}`;
    return { unread: [...own.unread, ...(alike.length > 1 ? [several] : [])] };
  });
}

/** `PID-N.counters`; at most so many. */
function pageNames(folder: string): string[] {
  const entries = opendirSync(folder);
  const names: string[] = [];
  try {
    for (let read = 0, entry = entries.readSync(); entry && read < mostEntries; read++) {
      if (entry.isFile() && /^\d{1,10}-\d{1,10}\.counters$/.test(entry.name)) names.push(entry.name);
      entry = entries.readSync();
    }
  } finally {
    entries.closeSync();
  }
  return names.sort();
}

/** The pages whose writer is dead, and that were there before the kill. */
function open(folder: string, names: readonly string[], { killedUnixMs }: Dead): { readers: CounterReader[]; unread: string[] } {
  const readers: CounterReader[] = [];
  const unread: string[] = [];
  for (const name of names.slice(-mostPages)) {
    try {
      const reader = openCounters({ path: join(folder, name) });
      const isLater = killedUnixMs !== undefined && reader.info.createdUnixMs > killedUnixMs + toleranceMs;
      if (isLater || isAlive(reader)) reader.close();
      else readers.push(reader);
    } catch (error) {
      unread.push(messageOf(error));
    }
  }
  return { readers, unread: unread.slice(0, mostShown) };
}

function closing<Value>(readers: readonly CounterReader[], work: () => Value): Value {
  try {
    return work();
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** Of the first thread, which the kernel names the process by. */
function nameOf(reader: CounterReader): string | undefined {
  try {
    // Without names of others: those that the page has.
    return reader.readThreads(new Map()).find(({ tid }) => tid === reader.info.pid)?.name;
  } catch {
    return undefined;
  }
}

/** A process of another user, which may not be looked at, is taken for the writer of a page of its pid: its name tells it apart from one of another namespace. */
function isAlive(reader: CounterReader): boolean {
  if (!reader.isWriterAlive()) return false;
  try {
    return printable(parseStatusLine(readProcSync(reader.info.pid, 'status'), 'Name') ?? '') === nameOf(reader);
  } catch {
    return false;
  }
}

function describe(reader: CounterReader, matchedBy: PageWitness['matchedBy']): PageWitness {
  const snapshot = reader.read();
  const measure = snapshot.liveRequestedBytes === undefined ? 'usable' : 'requested';
  const withdrawn = whyLiveIsWithdrawn(snapshot);
  const liveBytes = liveBytesOf(snapshot);
  const about = { info: { ...reader.info, path: printableName(reader.info.path) }, matchedBy, measure } as const;
  if (withdrawn !== undefined || liveBytes === undefined)
    return { ...about, sizes: [], threads: [], ...(withdrawn === undefined ? {} : { withdrawn }) };
  const peak = snapshot.peakLiveRequestedBytes ?? snapshot.peakLiveUsableBytes;
  return {
    ...about,
    liveBytes,
    ...(peak === undefined ? {} : { peakLiveBytes: peak }),
    liveBlocks: snapshot.liveAllocations,
    sizes: liveSizeClasses(snapshot.sizeHistogram.live, liveBytes).slice(0, mostShown),
    threads: reader
      .readThreads(new Map())
      .toSorted((a, b) => liveShareOf(b) - liveShareOf(a))
      .slice(0, mostShown),
  };
}
