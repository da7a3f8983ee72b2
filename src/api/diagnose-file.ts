import { z } from 'zod';
import { judgeCore } from '../doctor/dead/judge-core.ts';
import { judgeHsErr } from '../doctor/dead/judge-hs-err.ts';
import { judgeJfr } from '../doctor/dead/judge-jfr.ts';
import type { DeadResult, DeadSource } from '../model/dead.ts';
import { OffheapError } from '../model/errors.ts';
import { printableName } from '../model/printable.ts';
import { bytesPerMiB, quote } from '../model/units.ts';
import { readCore } from '../observe/dead/core.ts';
import { type CoreAt, withCoreAt } from '../observe/dead/core-at.ts';
import { readHsErr } from '../observe/dead/hs-err.ts';
import { readRecording } from '../observe/dead/jfr.ts';
import { recognisePath } from '../observe/dead/recognise.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { type FileHead, readHead, readRegularText } from '../process/magic-file.ts';
import { toolVersion } from '../process/tool-version.ts';
import type { Packing } from '../process/unpack.ts';
import { whyUnread } from '../process/why-unread.ts';
import { checkArgument } from './arguments.ts';

const diagnoseFileOptions = z.strictObject({
  /** Of a core file: the folder below which the files of its machine are, such as an unpacked image of its container. Default `/`. */
  sysroot: z.string().min(1).exactOptional(),
});

/** How `diagnoseFile` reads a file. */
export type DiagnoseFileOptions = z.input<typeof diagnoseFileOptions>;

/** A report with the most mappings that Linux allows by default has 8 MB; a limit that was raised, four times as much. */
const maxReportBytes = 32 * bytesPerMiB;

/**
 * Judges what a process has left: an error report of a JVM (`hs_err_pid….log`), a recording of its Flight Recorder (`.jfr`), which the `jfr` of a JDK reads, or a core file of any program of this machine's
 * architecture, which may be compressed by gzip, zstd, lz4 or xz. Which it is its content tells. It says why the process ended or what grew before, and who held the memory, as far as the file has that.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError MISSING_FILE when it cannot be read, INVALID_FILE when it is nothing that is known, or of another machine, MISSING_TOOL for a recording without a `jfr`, or for a core that nothing here unpacks
 */
export async function diagnoseFile(path: string, options: DiagnoseFileOptions = {}): Promise<DeadResult> {
  checkArgument('path', path, z.string().min(1));
  const { sysroot } = checkArgument('options', options, diagnoseFileOptions);
  const startedAt = performance.now();
  const file = await reading(path, () => readHead(path));
  const { kind, packing } = await recognisePath(path, file.head);
  // Reports and recordings are read as they are.
  if (kind === undefined || (packing !== undefined && kind !== 'core')) throw noneOfThese(path, file);
  const { isWhole, ...judged } = await judge(kind, path, { packing, sysroot });
  return {
    ...{ kind: 'after-death', schemaVersion: 1, tool: { name: 'offheap', version: toolVersion } },
    source: { kind, path: printableName(path), bytes: file.bytes, isWhole },
    ...judged,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

type Judged = Omit<DeadResult, 'kind' | 'schemaVersion' | 'tool' | 'source' | 'durationMs'> & { isWhole: boolean };

function judge(
  kind: DeadSource,
  path: string,
  how: { packing: Packing | undefined; sysroot: string | undefined },
): Promise<Judged> {
  switch (kind) {
    case 'hs_err':
      return judgeReport(path);
    case 'jfr':
      return judgeRecording(path);
    case 'core':
      return withCoreAt(path, how.packing, (core) => judgeCoreFile(core, how.sysroot));
  }
}

async function judgeCoreFile({ path, isUnpacked }: CoreAt, sysroot: string | undefined): Promise<Judged> {
  const death = await readCore(path, { isUnpacked, sysroot });
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

function noneOfThese(path: string, { bytes }: FileHead): OffheapError {
  return new OffheapError(
    'INVALID_FILE',
    `Expected ${quote(path)} to be what a process has left (hs_err_pid….log, a recording, or a core file), found ${bytes === 0 ? 'an empty file' : 'another file'}.`,
  );
}
