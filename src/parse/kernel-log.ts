import { linesOf } from './lines.ts';

/** A message of the kernel. Lines of one `printk` are messages of their own here. */
export interface KernelMessage {
  text: string;
  /** Since 1970; undefined where the log does not tell the date, or in words that are not English. */
  unixMs?: number;
  /** By the kernel's clock, which counts from the boot and stands still while the machine sleeps. */
  sinceBootMs?: number;
  /** Of /dev/kmsg: the number of the record. */
  sequence?: number;
}

/** What a log does not say of itself. */
export interface LogClock {
  /** When the log is read. A date without a year is the last one before it. */
  nowMs: number;
  /** When the kernel's clock began, for lines that have nothing but that; undefined for a log of an unknown machine. */
  bootUnixMs?: number | undefined;
}

interface Stamped {
  rest: string;
  unixMs?: number | undefined;
  sinceBootMs?: number | undefined;
  sequence?: number | undefined;
}

/** A record has some 1,000 bytes at most (linux: kernel/printk/printk.c, PRINTKRB_RECORD_MAX); lines of journald may be longer. */
const longestMessage = 8192;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayMs = 86_400_000;

/** `prio,seq,usec,flags;text` (linux: Documentation/ABI/testing/dev-kmsg). */
const record = /^(\d{1,10}),(\d{1,20}),(\d{1,20}),[^;]{0,80};(.*)$/;
/** `[  284.204230] `, of a console with the thread or processor that printed. */
const sinceBoot = /^\[ {0,8}(\d{1,10})\.(\d{6})\](?:\[ {0,8}[TC]\d{1,10}\])? ?(.*)$/;
/** `dmesg -T`: `[Thu Dec  7 00:05:14 2017] `, in the language of who ran it. */
const inWords = /^\[([^\][]{1,40}) {1,2}(\d\d):(\d\d):(\d\d) (\d{4})\] ?(.*)$/;
/** `dmesg --time-format=iso`, `journalctl -o short-iso`, rsyslog; in brackets: talosctl. */
const iso = /^\[?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)\]?:? (.*)$/;
/** `journalctl -o short`, `short-precise`, syslog: no year. */
const syslog = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))? (.*)$/;
/** Where a log has messages of others as well: `host kernel: ` before those of the kernel. */
const fromKernel = /^(?:\S{1,255} )?kernel: (.*)$/;
const fromOther = /^\S{1,255} [^\s:[]{1,255}(?:\[\d+\])?: /;
/** `dmesg -r`, `dmesg -x`, `talosctl dmesg`. */
const priority = /^(?:<\d{1,3}>|kern {0,2}:\w{1,8} {0,4}: |\S{1,255}: kern: {1,8}\w{1,8}: )/;

/**
 * The messages of a saved log, in its order: `dmesg` with each of its formats of time, `journalctl -k` in the formats `short`, `short-precise`, `short-iso`, `short-iso-precise` and `short-monotonic`, the
 * files of syslog, and what /dev/kmsg gives. What other programs say in it is left out.
 */
export function* parseKernelLog(text: string, clock: LogClock): Generator<KernelMessage> {
  let last: Omit<KernelMessage, 'text'> = {};
  for (const line of linesOf(text)) {
    // A message of several lines: those after the first have no time, and are indented; records of /dev/kmsg have fields of the device there.
    if (/^\s/.test(line)) {
      if (last.sequence === undefined && line.trim() !== '') yield { text: line.trim().slice(0, longestMessage), ...last };
      continue;
    }
    const stamped = stampOf(line.slice(0, longestMessage), clock);
    if (!stamped) continue;
    const { rest, unixMs, sinceBootMs, sequence } = stamped;
    last = {
      ...(unixMs === undefined ? {} : { unixMs }),
      ...(sinceBootMs === undefined ? {} : { sinceBootMs }),
      ...(sequence === undefined ? {} : { sequence }),
    };
    if (sequence === undefined) yield { text: rest, ...last };
    else for (const part of unescapeRecord(rest).split('\n')) yield { text: part, ...last };
  }
}

/** Undefined of a message that is not the kernel's. */
function stampOf(line: string, clock: LogClock): Stamped | undefined {
  const kmsg = record.exec(line);
  if (kmsg) {
    const sinceBootMs = Number(kmsg[3]) / 1000;
    return { rest: kmsg[4] ?? '', sequence: Number(kmsg[2]), sinceBootMs, unixMs: sinceBootTo(clock, sinceBootMs) };
  }
  const bare = line.replace(priority, '');
  const told = dated(bare, clock);
  const rest = told?.rest ?? bare;
  const kernel = fromKernel.exec(rest)?.[1];
  // dmesg has nobody else's messages, and names nobody.
  if (kernel === undefined && told?.isOfMany && fromOther.test(rest)) return undefined;
  const own = sinceBoot.exec(kernel ?? rest);
  const { unixMs } = told ?? {};
  if (!own) return { rest: kernel ?? rest, unixMs };
  const sinceBootMs = Number(own[1]) * 1000 + Number(own[2]) / 1000;
  // journalctl -o short-monotonic has the host behind the time.
  const text = own[3] ?? '';
  return { rest: fromKernel.exec(text)?.[1] ?? text, sinceBootMs, unixMs: unixMs ?? sinceBootTo(clock, sinceBootMs) };
}

interface Dated {
  rest: string;
  unixMs?: number | undefined;
  isOfMany: boolean;
}

function dated(line: string, { nowMs }: LogClock): Dated | undefined {
  const exact = iso.exec(line);
  if (exact) {
    const [, time, fraction = '', zone, rest = ''] = exact;
    const unixMs = Date.parse(`${time}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`);
    return { rest, ...(Number.isNaN(unixMs) ? {} : { unixMs }), isOfMany: true };
  }
  const words = inWords.exec(line);
  if (words) {
    const [, date = '', hour, minute, second, year, rest = ''] = words;
    const [, month = '', day = ''] = /^(?:\S+ +)?(\S+) +(\d{1,2})$/.exec(date) ?? [];
    return { rest, unixMs: localTime(Number(year), month, day, [hour, minute, second]), isOfMany: false };
  }
  const short = syslog.exec(line);
  if (!short) return undefined;
  const [, month = '', day = '', hour, minute, second, fraction = '0', rest = ''] = short;
  const at = (year: number) => localTime(year, month, day, [hour, minute, second]);
  const year = new Date(nowMs).getFullYear();
  const thisYear = at(year);
  const whole = thisYear !== undefined && thisYear > nowMs + dayMs ? at(year - 1) : thisYear;
  return { rest, unixMs: whole === undefined ? undefined : whole + Number(`0.${fraction}`) * 1000, isOfMany: true };
}

/** In the time zone of this process: the log does not say in which it was written. */
function localTime(
  year: number,
  month: string,
  day: string,
  [hour, minute, second]: readonly (string | undefined)[],
): number | undefined {
  const index = months.indexOf(month.slice(0, 3));
  if (index < 0 || day === '') return undefined;
  return new Date(year, index, Number(day), Number(hour), Number(minute), Number(second)).getTime();
}

function sinceBootTo({ bootUnixMs }: LogClock, sinceBootMs: number): number | undefined {
  return bootUnixMs === undefined ? undefined : bootUnixMs + sinceBootMs;
}

/** /dev/kmsg writes bytes that cannot be printed, and the backslash, as `\xNN`: a newline among them. */
function unescapeRecord(text: string): string {
  return text.replaceAll(/(?:\\x[\da-f]{2})+/g, (run) => Buffer.from(run.replaceAll('\\x', ''), 'hex').toString('utf8'));
}
