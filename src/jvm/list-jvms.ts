import { readFile } from 'node:fs/promises';
import { printableName } from '../model/printable.ts';
import { nameCommand } from '../parse/java-command.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { parseResidentBytes, parseStatusLine } from '../parse/proc-fields.ts';
import { readProc } from '../process/proc-file.ts';
import { type FoundJvm, findJvms } from './find-jvms.ts';
import { readPerfData } from './perf-data.ts';

/** A JVM of this host, as far as it can be told without asking it. */
export interface JvmSummary {
  /** As this process sees it. */
  pid: number;
  /** The jar, the main class or the module that it was started with; two may have the same. */
  name: string;
  /** The login name of its effective user, as this host has it, or the number of a user who has none. */
  user: string;
  /** By /proc/PID/status, with pages of hugetlbfs. */
  rssBytes: number;
  /** Such as `17.0.15`. Absent where the JVM keeps no jvmstat counters, or they may not be read. */
  javaVersion?: string;
  /** argv, long ones shortened. */
  command: string[];
}

/** The JVMs of this host that this user may look at, by pid. Costs none of them anything: they are not asked. */
export async function listJvms(): Promise<JvmSummary[]> {
  const [found, names] = await Promise.all([findJvms(), readUserNames()]);
  const summaries = await Promise.all(found.map((jvm) => summarise(jvm, names)));
  return summaries.filter((summary) => summary !== undefined);
}

/** Undefined of one that has ended meanwhile. */
async function summarise({ pid, command }: FoundJvm, names: ReadonlyMap<string, string>): Promise<JvmSummary | undefined> {
  const status = await readProc(pid, 'status').catch(() => '');
  const rssBytes = parseResidentBytes(status);
  const [, effectiveUid = ''] = parseStatusLine(status, 'Uid')?.split(/\s+/) ?? [];
  if (rssBytes === undefined) return undefined;
  const javaVersion = await readJavaVersion(pid);
  return {
    pid,
    name: nameCommand(command, true),
    user: names.get(effectiveUid) ?? effectiveUid,
    rssBytes,
    ...(javaVersion === undefined ? {} : { javaVersion }),
    command,
  };
}

async function readJavaVersion(pid: number): Promise<string | undefined> {
  const maps = await readProc(pid, 'maps').catch(() => '');
  const counters = await readPerfData(pid, [...parseMappedFiles(maps)]);
  const version = counters?.get('java.property.java.version');
  return version === undefined ? undefined : printableName(version);
}

/** Names by uid of /etc/passwd; none where it cannot be read. */
async function readUserNames(): Promise<Map<string, string>> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const entries = text.split('\n').map((line) => line.split(':'));
  // Of two names for one user the first counts, as for getpwuid(3).
  return new Map(entries.toReversed().map(([name = '', , uid = '']) => [uid, name]));
}
