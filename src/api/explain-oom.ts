import { z } from 'zod';
import { explainFacts } from '../doctor/oom/explain.ts';
import type { GroupWitness, OomResult } from '../model/oom.ts';
import { locatePreloadLibrary } from '../native/preload-paths.ts';
import { readKernelKills } from '../observe/kernel-kills.ts';
import { readLastLooks } from '../observe/last-looks.ts';
import { type LeftPage, readLeftPage } from '../observe/left-page.ts';
import { countGroup, findGroup, searchGroup } from '../process/group-counts.ts';
import { toolVersion } from '../process/tool-version.ts';
import { toExplainedKill, toKill } from '../stats/oom-kill.ts';
import { containerIdStart, hasContainer, killsOf, toGroupPath } from '../stats/oom-target.ts';
import { checkArgument, pidArgument } from './arguments.ts';

const explainOptions = z.strictObject({
  /** Of the process that was killed, as the kernel prints it: in the host's pid namespace. */
  pid: pidArgument.optional(),
  /** The group of the process, or one above it: below the hierarchy, or with /sys/fs/cgroup. */
  cgroup: z.string().min(1).optional(),
  /** The id of its container, or the first 6 digits and more. */
  container: z.string().regex(containerIdStart, 'at least 6 hexadecimal digits').optional(),
  /** A saved log of the kernel, `-` for stdin. Default: /dev/kmsg. */
  kernelLog: z.string().optional(),
  /** Where killed processes may have left counter pages: their OFFHEAP_COUNTERS_DIR. */
  countersFolder: z.string().min(1).optional(),
  /** Where an exporter has kept its looks: its --keep-looks. */
  looksFolder: z.string().min(1).optional(),
});

/** Which kill `explainOom` explains, and where it looks. */
export type ExplainOomOptions = z.input<typeof explainOptions>;

const othersKept = 20;

/**
 * Explains a kill by the kernel for want of memory, afterwards: who was killed, whose limit it was, what the usage was made of, and what to do. Without a target it is the latest kill of the kernel's log. The
 * witnesses are that log, the group as long as it is there, and a counter page that outlived the process.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError MISSING_FILE or INVALID_FILE for a saved log that cannot be read, or is none
 */
export async function explainOom(options: ExplainOomOptions = {}): Promise<OomResult> {
  const { pid, cgroup, container, kernelLog, countersFolder, looksFolder } = checkArgument('options', options, explainOptions);
  const path = cgroup === undefined ? undefined : toGroupPath(cgroup);
  const takenAt = new Date().toISOString();
  const { log, reports, beginsUnixMs } = await readKernelKills(kernelLog);
  const wanted = killsOf(reports, { pid, cgroup: path, container });
  const [report] = wanted;
  const kill = report && toExplainedKill(report);
  const others = reports
    .filter((other) => other !== report)
    .toReversed()
    .map(toKill)
    .slice(0, othersKept);
  const group = lookAtGroup({ path, container }, kernelLog === undefined ? (kill?.limitPath ?? kill?.path) : undefined);
  const victim = kill?.victim ?? (pid === undefined ? undefined : { pid, name: '' });
  const left: LeftPage =
    countersFolder === undefined || !victim
      ? { unread: [] }
      : readLeftPage(countersFolder, { ...victim, killedUnixMs: report?.unixMs });
  const { victim: { pid: victimPid } = { pid }, path: killedPath = path } = kill ?? {};
  const kept =
    looksFolder === undefined
      ? { unread: [] }
      : await readLastLooks(looksFolder, {
          pid: victimPid,
          path: killedPath,
          unixMs: report?.unixMs,
          sinceBootMs: report?.sinceBootMs,
        });
  const { looks } = kept;
  const target = {
    ...(pid === undefined ? {} : { pid }),
    ...(path === undefined ? {} : { cgroup: path }),
    ...(container === undefined ? {} : { container }),
  };
  const facts = { target, log, kill, others, group, takenAt, beginsUnixMs, page: left.page, looks };
  return {
    ...{ kind: 'after-oom', schemaVersion: 1, tool: { name: 'offheap', version: toolVersion }, takenAt, target },
    ...explainFacts(facts, { meterPath: meterPath() }),
    log,
    ...(kill ? { kill } : {}),
    others,
    ...(group ? { group } : {}),
    ...(left.page ? { page: left.page } : {}),
    ...(looks ? { looks } : {}),
    unread: [
      ...left.unread.map((reason) => ({ witness: 'counter page', reason })),
      ...kept.unread.map((reason) => ({ witness: 'kept looks', reason })),
    ],
  };
}

/** The group that was asked about, or that of the kill; a log of elsewhere says nothing about the groups of this machine. */
function lookAtGroup(
  target: { path?: string | undefined; container?: string | undefined },
  ofKill: string | undefined,
): GroupWitness | undefined {
  const { path = ofKill, container } = target;
  const found =
    container === undefined
      ? path === undefined
        ? undefined
        : findGroup(path)
      : searchGroup((known) => known !== '/' && hasContainer(known, container));
  return found && countGroup(found);
}

/** Undefined where there is none for this machine. */
function meterPath(): string | undefined {
  try {
    return locatePreloadLibrary('meter');
  } catch {
    return undefined;
  }
}
