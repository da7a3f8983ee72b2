import { type FoundJvm, findJvms, findProcesses } from '../../jvm/find-jvms.ts';
import { OffheapError } from '../../model/errors.ts';
import { bytesPerMiB, quote } from '../../model/units.ts';
import { nameCommand } from '../../parse/java-command.ts';
import { parseResidentBytes } from '../../parse/proc-fields.ts';
import { readProc } from '../../process/proc-file.ts';
import { abbreviateCommand } from '../../reporters/abbreviate.ts';
import type { WantedPlace } from '../../stats/container-choice.ts';
import { parsePid } from '../options/pid.ts';
import { terminalWidth } from './terminal.ts';

/** A smaller process has nothing to give back that is worth a look. */
const largeBytes = 100 * bytesPerMiB;

/** The JVMs of this host or, with `all`, every process of 100 MiB of RSS or more. */
export async function findSubjects({ all }: { all: boolean }): Promise<FoundJvm[]> {
  const jvms = await findJvms();
  if (!all) return jvms;
  const others = await findProcesses(/(?:)/);
  const large = await Promise.all(others.map(async (process) => ((await rssBytesOf(process.pid)) >= largeBytes ? [process] : [])));
  const known = new Set(jvms.map(({ pid }) => pid));
  return [...jvms, ...large.flat().filter(({ pid }) => !known.has(pid))];
}

/**
 * The process that `text` means: a pid, or the name of a JVM as the list of them has it (its jar, main class or module), or a part of its command line that
 * no other has.
 */
export async function resolveProcess(text: string): Promise<number> {
  if (/^\d+$/.test(text)) return parsePid(text);
  const jvms = await findJvms();
  const named = jvms.filter(({ command }) => nameCommand(command, true) === text);
  // An empty text would be a part of every command line.
  const found = named.length > 0 || text === '' ? named : jvms.filter(({ command }) => command.join(' ').includes(text));
  const [first, second] = found;
  if (first && !second) return first.pid;
  if (!first) {
    throw new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected a JVM whose name or command line contains ${quote(text)}, found none. The JVMs that run here: offheap doctor`,
    );
  }
  const lines = found.map(({ pid, command }) => `\n  ${pid}  ${abbreviateCommand(command, terminalWidth() - widestPid)}`);
  throw new OffheapError('USAGE', `Expected the name of one JVM, but ${quote(text)} names ${found.length}:${lines.join('')}`);
}

/**
 * The process that a command is to look at: by its pid or name, or by where it runs.
 *
 * @param command to name it by in what is to be run next
 */
export async function resolveSubject(text: string | undefined, place: WantedPlace | undefined, command: string): Promise<number> {
  if (text !== undefined) return resolveProcess(text);
  const { resolveContained } = await import('./contained-subjects.ts');
  return resolveContained(place ?? {}, command);
}

const widestPid = 12;

async function rssBytesOf(pid: number): Promise<number> {
  // One that has ended meanwhile, or is another user's, has none to be told.
  const status = await readProc(pid, 'status').catch(() => '');
  return parseResidentBytes(status) ?? 0;
}
