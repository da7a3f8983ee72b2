import { fieldsAfterName } from './proc-stat.ts';

/** Fields of stat, counted from the state, from which on they tell of the memory (proc_pid_stat(5)). */
const firstOfMemory = 20;

/** Of status: what is the first thread's own. */
const ownLines = /^(Name|Pid|NSpid):.*$/gm;

/**
 * Whether the text of /proc/PID/`name` may be that of a process whose first thread has ended. Linux then shows no mapping, no size and, by hierarchies of cgroup v1,
 * the root for the group (linux: kernel/cgroup/cgroup.c, proc_cgroup_show). Each of these may be for another reason too.
 */
export function mayBeOfEndedThread(name: string, text: string): boolean {
  switch (name) {
    case 'stat':
      return /^[ZX]$/.test(fieldsAfterName(text)[0] ?? '');
    case 'status':
      return /^State:\s+[ZX]/m.test(text);
    case 'cgroup':
      return /^\d+:[^:\n]+:\/$/m.test(text);
    default:
      return text === '';
  }
}

/**
 * What /proc/PID/`name` would tell if the first thread lived, from the text of that thread, which has ended, and the text of one that lives: the first tells who the process is and what it
 * has used, the other what it has.
 */
export function joinThreadTexts(name: string, first: string, living: string): string {
  if (name === 'stat') {
    const own = fieldsAfterName(first);
    const [state = '', ...fields] = fieldsAfterName(living);
    const head = first.slice(0, first.lastIndexOf(')') + 2);
    return `${head}${[state, ...own.slice(1, firstOfMemory), ...fields.slice(firstOfMemory - 1)].join(' ')}`;
  }
  if (name !== 'status') return living;
  const own = new Map([...first.matchAll(ownLines)].map(([line, label]) => [label, line]));
  return living.replace(ownLines, (line, label) => own.get(label) ?? line);
}
