import { OffheapError } from '../model/errors.ts';
import type { KernelLogWitness } from '../model/oom.ts';
import { printableName } from '../model/printable.ts';
import { quote } from '../model/units.ts';
import { type KernelMessage, parseKernelLog } from '../parse/kernel-log.ts';
import type { OomReport } from '../parse/oom-kill-report.ts';
import { parseOomReports } from '../parse/oom-report.ts';
import { type KernelLogRead, readKernelLog, readSavedLog } from '../process/kernel-log.ts';

export interface KernelKills {
  log: KernelLogWitness;
  /** Oldest first. */
  reports: OomReport[];
  /** When its first message was written, since 1970. */
  beginsUnixMs?: number;
}

/**
 * The kills in the kernel's log, of this machine or a saved one. That of this machine may be refused, which is told in `log`.
 *
 * @throws OffheapError MISSING_FILE, INVALID_FILE for a saved log
 */
export async function readKernelKills(file?: string): Promise<KernelKills> {
  const read: KernelLogRead = file === undefined ? readKernelLog() : await readSavedLog(file);
  const path = printableName(read.path);
  if ('refusal' in read)
    return { log: { path, state: 'unread', reason: read.refusal, messages: 0, kills: 0, suppressed: 0 }, reports: [] };
  const counted = new Counted();
  const messages = parseKernelLog(read.text, { nowMs: Date.now(), bootUnixMs: read.bootUnixMs });
  const { reports, suppressed } = parseOomReports(counted.through(messages));
  if (file !== undefined && !counted.hasTimes && reports.length === 0) {
    throw new OffheapError(
      'INVALID_FILE',
      `Expected the log of a kernel, but ${quote(file)} has no line of one. Save one on the node: dmesg > FILE, or journalctl -k > FILE`,
    );
  }
  const { messages: count, beginsUnixMs } = counted;
  const state = read.isCut ? 'end' : 'whole';
  return {
    log: { path, state, messages: count, kills: reports.length, suppressed },
    reports,
    ...(beginsUnixMs === undefined ? {} : { beginsUnixMs }),
  };
}

class Counted {
  messages = 0;
  hasTimes = false;
  beginsUnixMs: number | undefined;

  *through(messages: Iterable<KernelMessage>): Generator<KernelMessage> {
    for (const message of messages) {
      this.messages++;
      if (message.sinceBootMs !== undefined || message.unixMs !== undefined) this.hasTimes = true;
      this.beginsUnixMs ??= message.unixMs;
      yield message;
    }
  }
}
