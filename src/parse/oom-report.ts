import { printableName } from '../model/printable.ts';
import type { KernelMessage } from './kernel-log.ts';
import { parseCounted, parseHostMemory } from './oom-figures.ts';
import type { OomLog, OomReport } from './oom-kill-report.ts';
import { type KilledProcess, type NamedProcess, parseChosenVictim, parseKilled, parseReaped, parseSummary } from './oom-lines.ts';
import { OomStat } from './oom-stat.ts';
import { parseTask, parseTaskHeader, type TaskColumns } from './oom-tasks.ts';

const mostReports = 512;
const mostTasks = 4096;
const mostOthers = 512;
/** Of a report, which the kernel writes in one go. */
const longestReportMs = 60_000;
const statsFor = 'Memory cgroup stats for ';

/** The kills in a log. Other messages may stand between the lines of a report. */
export function parseOomReports(messages: Iterable<KernelMessage>): OomLog {
  const reader = new Reader();
  for (const message of messages) reader.read(message);
  return reader.end();
}

class Reader {
  readonly #reports: OomReport[] = [];
  #open: OomReport | undefined;
  #stat: OomStat | undefined;
  #columns: TaskColumns | undefined;
  #suppressed = 0;
  #last: OomReport | undefined;

  read(message: KernelMessage): void {
    const { text } = message;
    if (this.#isOfAnotherTime(message)) this.#close();
    const suppressed = /^(?:\w{1,60}: (\d{1,9}) callbacks suppressed|\*\* (\d{1,9}) printk messages dropped \*\*)/.exec(text);
    if (suppressed && (suppressed[2] !== undefined || /oom/.test(text))) this.#suppressed++;
    const handled =
      this.#readStart(message) ||
      this.#readEnd(message) ||
      this.#readGroup(message) ||
      this.#readTasks(text) ||
      this.#readHost(text);
    if (!handled) this.#stat?.read(text);
  }

  end(): OomLog {
    this.#close();
    return { reports: this.#reports.slice(-mostReports), suppressed: this.#suppressed };
  }

  /** Its last lines are lost where the next message is of much later. */
  #isOfAnotherTime(message: KernelMessage): boolean {
    return this.#open !== undefined && !isAtOnce(this.#open, message);
  }

  #readStart(message: KernelMessage): boolean {
    const { text } = message;
    const at = text.indexOf(' invoked oom-killer: ');
    if (at > 0) {
      this.#close();
      this.#begin(message).asker = { name: printableName(text.slice(0, at)) };
      return true;
    }
    const asker = this.#open?.asker;
    const cpu = asker && /^CPU: \d{1,5} (?:UID: \d{1,10} )?PID: (\d{1,10}) Comm: /.exec(text);
    if (!cpu || !this.#open || asker.pid !== undefined) return false;
    asker.pid = Number(cpu[1]);
    const kernel = / (\d{1,2}\.\d{1,3}[\w.+~-]{0,80}) #/.exec(text.slice(0, 400))?.[1];
    if (kernel !== undefined) this.#open.kernel = kernel;
    return true;
  }

  #readEnd(message: KernelMessage): boolean {
    const { text } = message;
    const summary = parseSummary(text);
    if (summary) {
      const { pid, name, constraint, path, limitPath, memoryNodes } = summary;
      // The last of a report that the log has: what follows is the kill.
      const report = this.#open && !this.#open.victim ? this.#open : this.#begin(message);
      report.constraint = constraint;
      report.path = path;
      report.victim = { pid, name };
      if (limitPath !== undefined) report.limitPath = limitPath;
      if (memoryNodes !== undefined) report.memoryNodes = memoryNodes;
      return true;
    }
    const chosen = parseChosenVictim(text);
    if (chosen) {
      const report = this.#open ?? this.#begin(message);
      report.chosen = { pid: chosen.pid, name: chosen.name };
      report.constraint ??= chosen.of === 'group' ? 'memcg' : 'none';
      return true;
    }
    const killed = parseKilled(text);
    if (killed) this.#readKilled(message, killed);
    const reaped = killed ? undefined : parseReaped(text);
    if (reaped) this.#readReaped(message, reaped);
    return killed !== undefined || reaped !== undefined;
  }

  #readKilled(message: KernelMessage, killed: KilledProcess): void {
    // With memory.oom.group the victim is told again, among the others of its group: by another thread's id when its first one has ended.
    const isAgain = this.#last?.victim !== undefined && isSame(this.#last.victim, killed) && isAtOnce(this.#last, message);
    const group = this.#open ? undefined : this.#last;
    if (group?.oomGroupPath !== undefined && isAtOnce(group, message)) {
      if (!isAgain && group.alsoKilled.length < mostOthers) group.alsoKilled.push({ pid: killed.pid, name: killed.name });
      return;
    }
    const isExpected = this.#open?.victim === undefined || this.#open.victim.pid === killed.pid;
    if (!isExpected) this.#close();
    const report = this.#open ?? this.#begin(message);
    report.victim = killed;
    // Where nothing else tells; a host's own want of memory and a memory node's begin alike.
    if (killed.of === 'group') report.constraint ??= 'memcg';
    this.#close();
  }

  #readReaped(message: KernelMessage, { pid, name }: NamedProcess): void {
    const known = this.#reports.findLast(
      (report) => report.victim?.pid === pid || report.alsoKilled.some((other) => other.pid === pid),
    );
    if (known && (isAtOnce(known, message) || known.victim?.name === name)) {
      known.reaped = true;
      return;
    }
    const report = this.#begin(message);
    report.victim = { pid, name };
    report.reaped = true;
    this.#close();
  }

  #readGroup(message: KernelMessage): boolean {
    const { text } = message;
    const limited = / killed as a result of limit of (.{1,4096})$/.exec(text);
    if (limited && text.startsWith('Task in ')) {
      const report = this.#open ?? this.#begin(message);
      report.constraint = 'memcg';
      report.path = printableName(text.slice('Task in '.length, limited.index));
      report.limitPath = printableName(limited[1] ?? '');
      return true;
    }
    const isGroup = /^Tasks in (.{1,4096}) are going to be killed due to memory\.oom\.group set$/.exec(text);
    const killedLast = this.#last;
    if (isGroup && killedLast) {
      killedLast.oomGroupPath = printableName(isGroup[1] ?? '');
      return true;
    }
    const counted = parseCounted(text);
    if (counted) {
      const report = this.#open ?? this.#begin(message);
      report[counted.name] = counted.figures;
      // Told of a group's limit alone (linux: mm/oom_kill.c, dump_header).
      report.constraint ??= 'memcg';
      return true;
    }
    if (!text.startsWith(statsFor)) return false;
    const report = this.#open ?? this.#begin(message);
    const onOneLine = text.indexOf(': cache:');
    report.constraint ??= 'memcg';
    this.#stat ??= new OomStat();
    this.#stat.begin(onOneLine < 0 ? '' : text.slice(onOneLine + 2));
    // Of a hierarchy the group with the limit is the first.
    report.limitPath ??= printableName(text.slice(statsFor.length, onOneLine < 0 ? -1 : onOneLine));
    return true;
  }

  #readTasks(text: string): boolean {
    const report = this.#open;
    if (!report) return false;
    const header = parseTaskHeader(text);
    if (header) {
      this.#columns = header;
      return true;
    }
    const task = this.#columns && parseTask(text, this.#columns);
    if (!task) return false;
    if (report.tasks.length < mostTasks) report.tasks.push(task);
    else report.moreTasks++;
    return true;
  }

  #readHost(text: string): boolean {
    const report = this.#open;
    const host = report && parseHostMemory(text);
    if (!report || !host) return false;
    report.host = { ...report.host, ...host };
    return true;
  }

  #begin({ unixMs, sinceBootMs }: KernelMessage): OomReport {
    this.#close();
    this.#open = {
      ...(unixMs === undefined ? {} : { unixMs }),
      ...(sinceBootMs === undefined ? {} : { sinceBootMs }),
      ...{ alsoKilled: [], tasks: [], moreTasks: 0 },
    };
    return this.#open;
  }

  #close(): void {
    const report = this.#open;
    const stat = this.#stat?.value();
    if (report && stat) report.stat = stat;
    this.#open = undefined;
    this.#stat = undefined;
    this.#columns = undefined;
    if (!report) return;
    this.#last = report;
    this.#reports.push(report);
    if (this.#reports.length > 2 * mostReports) this.#reports.splice(0, mostReports);
  }
}

function isAtOnce(report: OomReport, { sinceBootMs, unixMs }: KernelMessage): boolean {
  const passed =
    sinceBootMs !== undefined && report.sinceBootMs !== undefined
      ? sinceBootMs - report.sinceBootMs
      : (unixMs ?? 0) - (report.unixMs ?? unixMs ?? 0);
  return Math.abs(passed) <= longestReportMs;
}

function isSame(victim: NamedProcess & Partial<KilledProcess>, killed: KilledProcess): boolean {
  if (victim.pid === killed.pid) return true;
  return victim.name === killed.name && victim.virtualBytes !== undefined && victim.virtualBytes === killed.virtualBytes;
}
