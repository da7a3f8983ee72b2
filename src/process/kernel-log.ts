import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB, quote } from '../model/units.ts';
import { readText } from './read-text.ts';
import { whyUnread } from './why-unread.ts';

/** What was read of a kernel's log. */
export interface KernelLogText {
  path: string;
  text: string;
  /** When the kernel's clock began; undefined for a file, which may be another machine's. */
  bootUnixMs?: number;
  /** Whether there was more before it, which is gone or too much. */
  isCut: boolean;
}

export type KernelLogRead = KernelLogText | { path: string; refusal: string };

export const kernelLogDevice = '/dev/kmsg';
const stdin = '-';
/** The largest ring buffer that a kernel makes (linux: kernel/printk/printk.c, LOG_BUF_LEN_MAX) has 2 GiB; the usual one has 0.25 to 1 MiB. */
const mostBytes = 32 * bytesPerMiB;
/** A record and its fields (linux: include/linux/printk.h, PRINTK_MESSAGE_MAX, and what escaping adds). */
const recordBytes = 8192;
const mostMs = 5000;
/** linux: Documentation/admin-guide/devices.txt, 1:11. */
const kmsgMajorMinor = [1, 11] as const;

/** The ring buffer of the kernel that runs here. A refusal says what cures it. */
export function readKernelLog(): KernelLogRead {
  const path = kernelLogDevice;
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY);
  } catch (error) {
    return { path, refusal: explain((error as NodeJS.ErrnoException).code) };
  }
  try {
    const { rdev } = fstatSync(descriptor);
    // Some containers have a terminal, or nothing, by that name.
    if (rdev >> 8 !== kmsgMajorMinor[0] || (rdev & 0xff) !== kmsgMajorMinor[1]) return { path, refusal: explain('ENOENT') };
    const monotonicMs = Number(process.hrtime.bigint() / 1_000_000n);
    return { path, ...readRecords(descriptor), bootUnixMs: Date.now() - monotonicMs };
  } catch (error) {
    return { path, refusal: explain((error as NodeJS.ErrnoException).code) };
  } finally {
    closeSync(descriptor);
  }
}

const onTheNode = 'Read it as root on the node, or have its log saved there: dmesg > FILE, then --kernel-log=FILE';

function explain(code: string | undefined): string {
  if (code === 'EPERM' || code === 'EACCES')
    return `the kernel shows its log only to root with CAP_SYSLOG (kernel.dmesg_restrict is 1, or the device is root's). ${onTheNode}`;
  if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO' || code === 'ENODEV')
    return `there is no ${kernelLogDevice} here, as in most containers. ${onTheNode}`;
  return `reading ${kernelLogDevice} failed (${code}). ${onTheNode}`;
}

/** One record a call, oldest first. What is overwritten meanwhile is skipped by the kernel, with EPIPE. */
function readRecords(descriptor: number): { text: string; isCut: boolean } {
  const buffer = Buffer.alloc(recordBytes);
  const records: string[] = [];
  let bytes = 0;
  let dropped = 0;
  const endsAt = performance.now() + mostMs;
  while (performance.now() < endsAt) {
    const record = readRecord(descriptor, buffer);
    if (record === undefined) break;
    if (record === '') continue;
    records.push(record);
    bytes += record.length;
    // The latest are those that count.
    for (; bytes > mostBytes && dropped < records.length; dropped++) {
      bytes -= records[dropped]?.length ?? 0;
      records[dropped] = '';
    }
  }
  const isFirst = /^\d+,0,/.test(records[0] ?? '');
  return { text: records.slice(dropped).join(''), isCut: dropped > 0 || !isFirst };
}

/** Undefined at the end. */
function readRecord(descriptor: number, buffer: Buffer): string | undefined {
  try {
    const length = readSync(descriptor, buffer, 0, buffer.length, null);
    return length === 0 ? undefined : buffer.toString('utf8', 0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return undefined;
    if (code === 'EPIPE' || code === 'EINVAL') return '';
    throw error;
  }
}

/**
 * A log that somebody has saved: a file, of a long one its end, or a pipe.
 *
 * @throws OffheapError MISSING_FILE, INVALID_FILE
 */
export async function readSavedLog(path: string): Promise<KernelLogText> {
  const { text, isCut } = await readEnd(path === stdin ? '/dev/stdin' : path);
  if (text.trim() !== '') return { path, text, isCut };
  throw new OffheapError(
    'INVALID_FILE',
    `Expected the log of a kernel, but ${quote(path)} has nothing. Save one on the node: dmesg > FILE, or journalctl -k > FILE`,
  );
}

async function readEnd(path: string): Promise<{ text: string; isCut: boolean }> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const long = await readLongFile(file).finally(() => file.close());
    if (long !== undefined) return { text: long, isCut: true };
    const { text, isCut } = await readText(path, mostBytes);
    if (!isCut) return { text, isCut: false };
  } catch (error) {
    throw new OffheapError('MISSING_FILE', `Expected the log of a kernel, but ${quote(path)} cannot be read: ${whyUnread(error)}.`);
  }
  throw new OffheapError(
    'INVALID_FILE',
    `Expected the log of a kernel of ${mostBytes / bytesPerMiB} MiB at most, but ${quote(path)} has more. Give its end: tail -c 30M FILE`,
  );
}

/** The end of a file that is longer than what is read, from the beginning of a line; undefined of a shorter one, and of what is no file. */
async function readLongFile(file: FileHandle): Promise<string | undefined> {
  const stat = await file.stat();
  if (!stat.isFile() || stat.size <= mostBytes) return undefined;
  const content = Buffer.alloc(mostBytes);
  let length = 0;
  while (length < mostBytes) {
    const { bytesRead } = await file.read(content, length, mostBytes - length, stat.size - mostBytes + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  const text = content.toString('utf8', 0, length);
  return text.slice(text.indexOf('\n') + 1);
}
