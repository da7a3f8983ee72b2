import { readdir } from 'node:fs/promises';
import { present } from '../model/present.ts';
import type { NamedContainer } from '../model/survey.ts';
import { parseContainerPlace } from '../parse/container.ts';
import { isJavaLauncher } from '../parse/java-command.ts';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { ownLine } from '../process/ancestors.ts';
import { readArguments, shortenCommand } from '../process/command-line.ts';
import { nameContainers } from '../process/containers/container-names.ts';
import { readProc } from '../process/proc-file.ts';

/** A process in a container, or in a pod. */
export interface ContainedProcess {
  pid: number;
  /** argv, shortened. */
  command: string[];
  /** Of one that may not be looked at: whether it was started as one. */
  isJvm: boolean;
  container: NamedContainer;
}

/** The processes of this host that are in a container, by pid, except this one and those that started it. Their names are told where this user may know them. */
export async function findContained(): Promise<ContainedProcess[]> {
  const own = ownLine();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.filter((pid) => !own.has(pid)).map(describe));
  return withNames(found.filter((process) => process !== undefined).sort((a, b) => a.pid - b.pid));
}

export interface FoundContainers {
  /** By pid. Processes of the host are absent. */
  containers: ReadonlyMap<number, NamedContainer>;
  /** Whether one of them is another than that of offheap itself. */
  isElsewhere: boolean;
}

/** Where processes run that were found already. */
export async function containersOf(pids: readonly number[]): Promise<FoundContainers> {
  const own = await containerOf('self');
  const found = await Promise.all(pids.map(async (pid) => ({ pid, container: await containerOf(pid) })));
  const contained = found.flatMap(({ pid, container }) => (container ? [{ pid, container }] : []));
  const containers = new Map((await withNames(contained)).map(({ pid, container }) => [pid, container]));
  return { containers, isElsewhere: contained.some(({ container }) => container.id !== own?.id) };
}

async function withNames<Process extends { container: NamedContainer }>(processes: Process[]): Promise<Process[]> {
  const ids = [...new Set(processes.flatMap(({ container }) => container.id ?? []))];
  const { containers, pods } = await nameContainers(ids);
  return processes.map((process) => {
    const { id = '', podUid = '' } = process.container;
    return { ...process, container: { ...process.container, ...pods.get(podUid), ...containers.get(id) } };
  });
}

async function describe(pid: number): Promise<ContainedProcess | undefined> {
  const container = await containerOf(pid);
  const argv = container ? await readArguments(pid) : [];
  if (!container || argv.length === 0) return undefined;
  return { pid, command: shortenCommand(argv), isJvm: await isJvm(pid, argv), container };
}

async function isJvm(pid: number, [program = '']: readonly string[]): Promise<boolean> {
  const maps = await readProc(pid, 'maps').catch(() => undefined);
  return maps === undefined ? isJavaLauncher(program) : isMappedByJvm(parseMappedFiles(maps));
}

/** Without names. Undefined of a process in no container, and of one that is gone. */
async function containerOf(pid: number | 'self'): Promise<NamedContainer | undefined> {
  const { containerId, podUid } = parseContainerPlace(await readProc(pid, 'cgroup').catch(() => ''));
  return (containerId ?? podUid) === undefined ? undefined : { ...present('id', containerId), ...present('podUid', podUid) };
}
