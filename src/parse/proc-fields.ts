import { bytesPerKiB } from '../model/units.ts';
import { linesOf, matchLines } from './lines.ts';

/** Linux: PID_MAX_LIMIT. */
export const largestPid = 2 ** 22;

/**
 * Lines of `Name:   123 kB` as in smaps_rollup and status (proc(5)) → bytes by name. Fields of another shape are left out.
 */
export function parseKiBFields(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const [, name = '', digits] of matchLines(text, /^(\w+):\s+(\d+) kB$/)) fields.set(name, Number(digits) * bytesPerKiB);
  return fields;
}

/** What is in memory of a process, from its status: RSS, and pages of hugetlbfs, which the kernel leaves out of it. Undefined of what has no memory. */
export function parseResidentBytes(status: string): number | undefined {
  const fields = parseKiBFields(status);
  const rssBytes = fields.get('VmRSS');
  return rssBytes === undefined ? undefined : rssBytes + (fields.get('HugetlbPages') ?? 0);
}

/** One line of status as text, for example `SigCgt` or `NSpid`; undefined when the kernel does not print it. */
export function parseStatusLine(text: string, name: string): string | undefined {
  const label = `${name}:`;
  for (const line of linesOf(text)) if (line.startsWith(label)) return line.slice(label.length).trim();
  return undefined;
}

/** From the status of a process, or of a thread: its id in its own pid namespace; undefined from a kernel without such namespaces. */
export function parseInnermostId(status: string): number | undefined {
  const id = parseStatusLine(status, 'NSpid')?.split(/\s+/).at(-1);
  return id === undefined ? undefined : Number(id);
}

/** Of the real, effective, saved and file system ids of a process, in its status, the effective ones: those as which it acts. */
export function parseEffectiveIds(status: string): { uid: number; gid: number } {
  const effective = (name: string) => Number(parseStatusLine(status, name)?.split(/\s+/)[1]);
  return { uid: effective('Uid'), gid: effective('Gid') };
}

/**
 * NUL-separated `KEY=value` entries of environ. The last entry of a name wins, as for getenv of most shells' children. glibc writes
 * a NUL behind each tunable of GLIBC_TUNABLES (elf/dl-tunables.c, parse_tunables; 2.36): those behind the first are put back into the variable.
 */
export function parseEnviron(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  let last = '';
  for (const entry of text.split('\0')) {
    const separator = entry.indexOf('=');
    if (separator <= 0) continue;
    const isTunable = last === tunables && entry.startsWith('glibc.');
    if (isTunable) variables.set(tunables, `${variables.get(tunables)}:${entry}`);
    else variables.set(entry.slice(0, separator), entry.slice(separator + 1));
    last = isTunable ? tunables : entry.slice(0, separator);
  }
  return variables;
}

const tunables = 'GLIBC_TUNABLES';
