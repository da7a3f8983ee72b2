import type { OomReport } from '../parse/oom-kill-report.ts';

/** Which kills are asked for; all where nothing is set. */
export interface OomTarget {
  pid?: number | undefined;
  /** Below the hierarchy; groups below it as well. */
  cgroup?: string | undefined;
  /** Of a container's id the beginning, in lower case. */
  container?: string | undefined;
}

/** Those of the target, latest first. */
export function killsOf(reports: readonly OomReport[], target: OomTarget): OomReport[] {
  return reports.filter((report) => isOf(report, target)).toReversed();
}

function isOf(report: OomReport, { pid, cgroup, container }: OomTarget): boolean {
  const { victim, chosen, alsoKilled, path, limitPath } = report;
  const pids = [victim?.pid, chosen?.pid, ...alsoKilled.map((other) => other.pid)];
  if (pid !== undefined && !pids.includes(pid)) return false;
  const paths = [path, limitPath].filter((known) => known !== undefined);
  if (cgroup !== undefined && !paths.some((known) => isWithin(known, cgroup))) return false;
  return container === undefined || paths.some((known) => hasContainer(known, container));
}

/** Whether a path is of a group, or of one below it; both below the hierarchy. */
export function isWithin(path: string, group: string): boolean {
  return group === '/' || `${path}/`.startsWith(group.endsWith('/') ? group : `${group}/`);
}

/** What a container's id begins with: enough of it that no two of a machine are likely to. */
export const containerIdStart = /^[\da-f]{6,64}$/;

/**
 * Whether a part of a path is of a container whose id begins so: `ID`, `docker-ID.scope`, `cri-containerd-ID.scope`, `crio-ID.scope`, `libpod-ID.scope`, `kubepods-pod….slice:cri-containerd:ID`.
 */
export function hasContainer(path: string, id: string): boolean {
  return path.split('/').some((part) => /(?:^|[:-])([\da-f]{12,64})(?:\.scope)?$/.exec(part)?.[1]?.startsWith(id));
}

/** As a user has it, also from /sys/fs/cgroup or /proc/PID/cgroup → below the hierarchy. */
export function toGroupPath(text: string): string {
  const inside = text.replace(/^\d+:[^:]*:/, '').replace(/^\/sys\/fs\/cgroup(?=\/|$)(?:\/(?:memory|unified)(?=\/|$))?/, '');
  const parts = inside.split('/').filter((part) => part !== '' && part !== '.');
  return `/${parts.join('/')}`;
}
