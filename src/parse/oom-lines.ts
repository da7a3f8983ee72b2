import type { OomConstraint } from '../model/oom.ts';
import { printableName } from '../model/printable.ts';
import { matchLine } from './lines.ts';

/** A process in a line about a kill. The kernel's names have 15 bytes, which a program chooses. */
export interface NamedProcess {
  pid: number;
  name: string;
}

/** What a process had when it was killed, by the kernel's last line about it. */
export interface KilledProcess extends NamedProcess {
  /** Of addresses, touched or not. */
  virtualBytes?: number;
  anonBytes?: number;
  fileBytes?: number;
  /** Before Linux 4.7 a part of `fileBytes`. */
  shmemBytes?: number;
  pageTableBytes?: number;
  oomScoreAdj?: number;
  /** `host`: the whole machine had too little, by the line's first words. */
  of: 'group' | 'host' | 'unknown';
}

/**
 * `Memory cgroup out of memory: Killed process 12474 (python3) total-vm:45304kB, anon-rss:…` (linux: mm/oom_kill.c, __oom_kill_process; from 5.1), or without what stands before `Killed`. The name may have
 * brackets: its end is what follows it.
 */
export function parseKilled(text: string): KilledProcess | undefined {
  const line = matchLine(text, /Killed process \d/)?.input ?? '';
  const at = line.indexOf('Killed process ');
  const before = line.slice(0, at);
  if (at < 0 || !/^(?:|Out of memory(?: \([^)]{1,40}\))?: |Memory cgroup out of memory: )$/.test(before)) return undefined;
  const told = line.slice(at + 'Killed process '.length);
  const end = told.lastIndexOf(') total-vm:');
  const named = process(end < 0 ? told.replace(/, now .*$/, '') : told.slice(0, end + 1));
  if (!named) return undefined;
  const figures = told.slice(end + 1);
  return {
    ...named,
    ...sizeOf(figures, 'total-vm', 'virtualBytes'),
    ...sizeOf(figures, 'anon-rss', 'anonBytes'),
    ...sizeOf(figures, 'file-rss', 'fileBytes'),
    ...sizeOf(figures, 'shmem-rss', 'shmemBytes'),
    ...sizeOf(figures, 'pgtables', 'pageTableBytes'),
    ...scoreOf(figures),
    of: before.startsWith('Memory') ? 'group' : before.startsWith('Out') ? 'host' : 'unknown',
  };
}

/** `Memory cgroup out of memory: Kill process 24572 (java) score 904 or sacrifice child` (up to 5.0): the next line says who was killed, a child maybe. */
export function parseChosenVictim(text: string): (NamedProcess & { of: 'group' | 'host' }) | undefined {
  const line = matchLine(text, /^(?:Out of memory|Memory cgroup out of memory)\b[^:]{0,40}: Kill process \d/)?.input ?? '';
  const end = line.lastIndexOf(') score ');
  const from = line.indexOf('Kill process ');
  if (from < 0 || end < 0) return undefined;
  const named = process(line.slice(from + 'Kill process '.length, end + 1));
  return named && { ...named, of: line.startsWith('Memory') ? 'group' : 'host' };
}

/** `oom_reaper: reaped process 12474 (python3), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB` (from 4.6). */
export function parseReaped(text: string): (NamedProcess & { anonBytes?: number }) | undefined {
  const line = matchLine(text, /^oom_reaper: reaped process \d/)?.input ?? '';
  const end = line.lastIndexOf('), now ');
  const named = end < 0 ? undefined : process(line.slice('oom_reaper: reaped process '.length, end + 1));
  return named && { ...named, ...sizeOf(line.slice(end), 'anon-rss', 'anonBytes') };
}

const constraints: Readonly<Record<string, OomConstraint>> = {
  CONSTRAINT_MEMCG: 'memcg',
  CONSTRAINT_NONE: 'none',
  CONSTRAINT_CPUSET: 'cpuset',
  CONSTRAINT_MEMORY_POLICY: 'memory policy',
};

export interface OomSummary extends NamedProcess {
  constraint: OomConstraint;
  /** Whose limit it was; absent where it was no group's. */
  limitPath?: string;
  /** The victim's own. */
  path: string;
  uid: number;
  /** Memory nodes of machines with several. */
  memoryNodes?: string;
}

/**
 * `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/pod,task_memcg=/pod/app,task=java,pid=4711,uid=0` (linux: mm/oom_kill.c, dump_oom_summary; from 4.20).
 * Names are read from behind: a group's path may hold anything, the pid is a number.
 */
export function parseSummary(text: string): OomSummary | undefined {
  const line = matchLine(text, /^oom-kill: ?constraint=\w{1,40},/)?.input ?? '';
  const word = /^oom-kill: ?constraint=(\w{1,40}),/.exec(line)?.[1] ?? '';
  const constraint = constraints[word];
  const pidAt = line.lastIndexOf(',pid=');
  const ids = /^,pid= *(\d{1,10}),uid= *(\d{1,10})/.exec(pidAt < 0 ? '' : line.slice(pidAt));
  const taskAt = line.lastIndexOf(',task=', pidAt);
  const pathAt = line.lastIndexOf(',task_memcg=', taskAt);
  if (!constraint || !ids || taskAt < 0 || pathAt < 0) return undefined;
  const limitAt = line.indexOf(',oom_memcg=');
  const nodes = /,mems_allowed=([\d,-]{1,200}?),(?:global_oom|oom_memcg)/.exec(line.slice(0, 4096))?.[1];
  return {
    constraint,
    name: printableName(line.slice(taskAt + ',task='.length, pidAt)),
    pid: Number(ids[1]),
    uid: Number(ids[2]),
    path: printableName(line.slice(pathAt + ',task_memcg='.length, taskAt)),
    ...(limitAt >= 0 && limitAt < pathAt ? { limitPath: printableName(line.slice(limitAt + ',oom_memcg='.length, pathAt)) } : {}),
    ...(nodes === undefined ? {} : { memoryNodes: nodes }),
  };
}

/** `4711 (java)`; of RHEL 6 `4711, UID 0, (java)`. */
function process(text: string): NamedProcess | undefined {
  const [, digits, name] = /^(\d{1,10})(?:, UID \d{1,10},)? \((.*)\)$/.exec(text) ?? [];
  return digits === undefined || name === undefined ? undefined : { pid: Number(digits), name: printableName(name) };
}

function sizeOf<Name extends string>(text: string, label: string, name: Name): Partial<Record<Name, number>> {
  const at = text.indexOf(`${label}:`);
  const kib = at < 0 ? undefined : /^(\d{1,15})kB/.exec(text.slice(at + label.length + 1, at + label.length + 40))?.[1];
  return kib === undefined ? {} : ({ [name]: Number(kib) * 1024 } as Record<Name, number>);
}

function scoreOf(text: string): { oomScoreAdj?: number } {
  const at = text.lastIndexOf('oom_score_adj:');
  const score = at < 0 ? undefined : /^oom_score_adj:(-?\d{1,4})/.exec(text.slice(at))?.[1];
  return score === undefined ? {} : { oomScoreAdj: Number(score) };
}
