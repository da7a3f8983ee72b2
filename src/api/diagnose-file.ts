import { z } from 'zod';
import { judgeHsErr } from '../doctor/dead/judge-hs-err.ts';
import { judgeJfr } from '../doctor/dead/judge-jfr.ts';
import type { DeadResult, DeadSource } from '../model/dead.ts';
import { messageOf, OffheapError } from '../model/errors.ts';
import { printableName } from '../model/printable.ts';
import { bytesPerMiB, quote } from '../model/units.ts';
import { readHsErr } from '../observe/dead/hs-err.ts';
import { readRecording } from '../observe/dead/jfr.ts';
import { recognise } from '../observe/dead/recognise.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { type FileHead, readHead, readRegularText } from '../process/magic-file.ts';
import { toolVersion } from '../process/tool-version.ts';
import { checkArgument } from './arguments.ts';

/** A report with the most mappings that Linux allows by default has 8 MB; a limit that was raised, four times as much. */
const maxReportBytes = 32 * bytesPerMiB;

/**
 * Judges what a process has left: an error report of a JVM (`hs_err_pid….log`), or a recording of its Flight Recorder (`.jfr`), which the `jfr` of a JDK reads. Which it is its content tells. It says why the
 * process ended or what grew before, and who held the memory, as far as the file has that.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError MISSING_FILE when it cannot be read, INVALID_FILE when it is nothing that is known, MISSING_TOOL for a recording without a `jfr`
 */
export async function diagnoseFile(path: string): Promise<DeadResult> {
  checkArgument('path', path, z.string().min(1));
  const startedAt = performance.now();
  const file = await reading(path, () => readHead(path));
  const kind = requireKnown(path, file);
  const { isWhole, ...judged } = kind === 'jfr' ? await judgeRecording(path) : await judgeReport(path);
  return {
    ...{ kind: 'after-death', schemaVersion: 1, tool: { name: 'offheap', version: toolVersion } },
    source: { kind, path: printableName(path), bytes: file.bytes, isWhole },
    ...judged,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

async function judgeReport(path: string) {
  const { text, isCut } = await reading(path, () => readRegularText(path, maxReportBytes));
  const death = await readHsErr(text);
  const isWhole = death.head.isWhole && !isCut;
  return { isWhole, ...judgeHsErr(death, { isWhole }) };
}

async function judgeRecording(path: string) {
  const { recording, isWhole } = await readRecording(path, execaRunner);
  return { isWhole, ...judgeJfr(recording, { isWhole }) };
}

async function reading<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw new OffheapError('MISSING_FILE', `Expected a file to read at ${quote(path)}, but ${messageOf(cause)}.`, { cause });
  }
}

function requireKnown(path: string, { head, bytes }: FileHead): DeadSource {
  const kind = recognise(head);
  if (kind === 'hs_err' || kind === 'jfr') return kind;
  if (kind === 'core')
    throw new OffheapError(
      'INVALID_FILE',
      `Expected no core file, found one at ${quote(path)}. The doctor reads none: gdb and the JDK’s jhsdb do.`,
    );
  throw new OffheapError(
    'INVALID_FILE',
    `Expected ${quote(path)} to be what a JVM has left (hs_err_pid….log or a recording), found ${bytes === 0 ? 'an empty file' : 'another file'}.`,
  );
}
