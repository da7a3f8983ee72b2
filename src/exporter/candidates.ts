import { readdirSync } from 'node:fs';
import { readJvmArguments } from '../jvm/jvm-arguments.ts';
import { parseContainerPlace } from '../parse/container.ts';
import { nameCommand } from '../parse/java-command.ts';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { type Pulse, parsePulse } from '../parse/proc-stat.ts';
import { ownLine } from '../process/ancestors.ts';
import { readArguments } from '../process/command-line.ts';
import { type ProcFile, readProc, readProcSync } from '../process/proc-file.ts';
import { isSelected, type Selection } from './select.ts';
import type { Subject } from './subject.ts';
import { firstTurn } from './turns.ts';

/** Undefined of a process that has ended. That file and no other is read on the JavaScript thread: the kernel makes nobody wait for it, whatever state the process is in. */
export function readPulse(pid: number): Pulse | undefined {
  try {
    return parsePulse(readProcSync(pid, 'stat'));
  } catch {
    return undefined;
  }
}

/** Of every process but this one and those that it was started by. */
export function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => !own.has(pid));
}

const own = ownLine();

export function isKernelThread({ sizeBytes }: Pulse): boolean {
  return sizeBytes === 0;
}

/** Undefined of a process that is not selected. Its mappings are read only where they may decide that. */
export async function describe(
  pid: number,
  { startTimeTicks, threads }: Pulse,
  selection: Selection,
): Promise<Subject | undefined> {
  const argv = await readArguments(pid);
  if (selection.kind === 'pattern' && !isSelected(selection, false, argv)) return undefined;
  const maps = await read(pid, 'maps');
  // Few processes are JVMs, and some have 60,000 mappings.
  const files = maps.includes('/libjvm.so') ? [...parseMappedFiles(maps)] : [];
  const isJvm = isMappedByJvm(files);
  if (!isSelected(selection, isJvm, argv)) return undefined;
  const command = nameCommand(isJvm ? await readJvmArguments(pid, files) : argv, isJvm);
  const place = parseContainerPlace(await read(pid, 'cgroup'));
  const turn = firstTurn({ mappings: countLines(maps), threads });
  return { pid, startTimeTicks, argv, command, isJvm, place, turn, memory: {} };
}

/** Empty for a process that is gone, or another user's. */
async function read(pid: number, file: ProcFile): Promise<string> {
  return readProc(pid, file).catch(() => '');
}

function countLines(text: string): number {
  let lines = 0;
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1)) lines++;
  return lines;
}
