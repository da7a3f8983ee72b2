import { z } from 'zod';
import { judgeCore } from '../doctor/dead/judge-core.ts';
import { judgeHsErr } from '../doctor/dead/judge-hs-err.ts';
import { judgeJfr } from '../doctor/dead/judge-jfr.ts';
import type { DeadResult, DeadSource } from '../model/dead.ts';
import { OffheapError } from '../model/errors.ts';
import { printableName } from '../model/printable.ts';
import { bytesPerMiB, quote } from '../model/units.ts';
import { readCore } from '../observe/dead/core.ts';
import { readHsErr } from '../observe/dead/hs-err.ts';
import { readRecording } from '../observe/dead/jfr.ts';
import { packingOf, recognise } from '../observe/dead/recognise.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { type FileHead, readHead, readRegularText } from '../process/magic-file.ts';
import { toolVersion } from '../process/tool-version.ts';
import { unpackedHead, withUnpacked } from '../process/unpack.ts';
import { whyUnread } from '../process/why-unread.ts';
import { checkArgument } from './arguments.ts';

/** A report with the most mappings that Linux allows by default has 8 MB; a limit that was raised, four times as much. */
const maxReportBytes = 32 * bytesPerMiB;

/**
 * Judges what a process has left: an error report of a JVM (`hs_err_pid….log`), a recording of its Flight Recorder (`.jfr`), which the `jfr` of a JDK reads, or a core file of any program of this machine's
 * architecture, which may be compressed by gzip. Which it is its content tells. It says why the process ended or what grew before, and who held the memory, as far as the file has that.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError MISSING_FILE when it cannot be read, INVALID_FILE when it is nothing that is known, or of another machine, MISSING_TOOL for a recording without a `jfr`
 */
export async function diagnoseFile(path: string): Promise<DeadResult> {
  checkArgument('path', path, z.string().min(1));
  const startedAt = performance.now();
  const file = await reading(path, () => readHead(path));
  const kind = recognise(file.head) ?? (await recognisePacked(path, file));
  const { isWhole, ...judged } = await judge[kind](path);
  return {
    ...{ kind: 'after-death', schemaVersion: 1, tool: { name: 'offheap', version: toolVersion } },
    source: { kind: kind === 'packed core' ? 'core' : kind, path: printableName(path), bytes: file.bytes, isWhole },
    ...judged,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

type Judged = Omit<DeadResult, 'kind' | 'schemaVersion' | 'tool' | 'source' | 'durationMs'> & { isWhole: boolean };

const judge: Readonly<Record<DeadSource | 'packed core', (path: string) => Promise<Judged>>> = {
  hs_err: judgeReport,
  jfr: judgeRecording,
  core: (path) => judgeCoreFile(path, { isUnpacked: false }),
  'packed core': (path) => withUnpacked(path, (unpacked) => judgeCoreFile(unpacked, { isUnpacked: true })),
};

async function judgeCoreFile(path: string, { isUnpacked }: { isUnpacked: boolean }): Promise<Judged> {
  const death = await readCore(path, { isUnpacked });
  return { isWhole: death.isWhole, ...judgeCore(death) };
}

async function judgeReport(path: string): Promise<Judged> {
  const { text, isCut } = await reading(path, () => readRegularText(path, maxReportBytes));
  const death = await readHsErr(text);
  const isWhole = death.head.isWhole && !isCut;
  return { isWhole, ...judgeHsErr(death, { isWhole }) };
}

async function judgeRecording(path: string): Promise<Judged> {
  const { recording, isWhole } = await readRecording(path, execaRunner);
  return { isWhole, ...judgeJfr(recording, { isWhole }) };
}

async function reading<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw new OffheapError('MISSING_FILE', `Expected a file to read at ${quote(path)}, but ${whyUnread(cause)}.`, { cause });
  }
}

/** @throws OffheapError INVALID_FILE for all but a core file that gzip has compressed */
async function recognisePacked(path: string, { head, bytes }: FileHead): Promise<'packed core'> {
  const packing = packingOf(head);
  if (packing === 'gzip' && recognise(await unpackedHead(head)) === 'core') return 'packed core';
  if (packing !== undefined && packing !== 'gzip')
    throw new OffheapError(
      'INVALID_FILE',
      `Expected a file to read as it is or compressed by gzip, found ${quote(path)} compressed by ${packing}. Unpack it: ${packing} -dc ${quote(path)} > core.unpacked && offheap doctor core.unpacked`,
    );
  throw new OffheapError(
    'INVALID_FILE',
    `Expected ${quote(path)} to be what a process has left (hs_err_pid….log, a recording, or a core file), found ${bytes === 0 ? 'an empty file' : 'another file'}.`,
  );
}
