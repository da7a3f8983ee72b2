import { type MemoryStat, parseMemoryStat } from './memory-stat.ts';

/** What a report says of a group's memory. */
export interface GroupStat {
  /** How it is written. A group of v1 is told as one of v2 by Linux 5.3 to 6.5. */
  form: 1 | 2;
  memory: MemoryStat;
}

const mostLines = 512;

/**
 * Reads what stands below `Memory cgroup stats for PATH:` (linux: mm/memcontrol.c, mem_cgroup_print_oom_meminfo): up to 5.2 a line for the group and one for each group below it, `cache:0KB rss:58224KB …`;
 * later the text of memory.stat, of the group with all below.
 */
export class OomStat {
  readonly #lines: string[] = [];
  /** Sums over the lines of a hierarchy, in bytes. */
  readonly #sums = new Map<string, number>();

  begin(rest: string): void {
    for (const [, name = '', kib] of rest.matchAll(/(?:^| )([a-z_]{1,40}):(\d{1,17})KB(?= |$)/g))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + Number(kib) * 1024);
  }

  /** A line that is nothing else; what is no figure is left out. */
  read(text: string): void {
    const line = text.trim();
    if (this.#lines.length < mostLines && /^\w{1,60} \d{1,20}$/.test(line)) this.#lines.push(line);
  }

  value(): GroupStat | undefined {
    const sums = [...this.#sums].map(([name, bytes]) => `total_${name} ${bytes}`);
    const text = (sums.length > 0 ? sums : this.#lines).join('\n');
    const form = /^total_/m.test(text) ? 1 : 2;
    const memory = parseMemoryStat(text, form);
    return memory && { form, memory };
  }
}
