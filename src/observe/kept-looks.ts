import { join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { type KeptLooks, keptLooks } from '../model/kept-looks.ts';
import { printableName, printableValues } from '../model/printable.ts';
import { formatCount, quote } from '../model/units.ts';
import { parseContainerPlace } from '../parse/container.ts';
import { readForeignFile } from '../process/foreign-file.ts';
import { whyUnread } from '../process/why-unread.ts';
import { isWithin } from '../stats/oom-target.ts';
import { type LooksFile, listLooksFiles } from './kept-looks-folder.ts';

/** Which processes are wanted; of several conditions all hold. */
export interface WantedLooks {
  /** As the exporter saw it. Several processes may have had it, one after the other: their boots and starts tell them apart. */
  pid?: number;
  /** A memory cgroup, the process's own or one above it, as the kernel's log has it. Of a container's group its id tells, too. */
  cgroupPath?: string;
}

export interface FoundLooks {
  /** The one that was looked at last is the first. */
  processes: KeptLooks[];
  /** A sentence for each file that could not be read. */
  unread: string[];
}

/** 64 looks of 2 KiB and a command line of 8 KiB are 140 KiB. */
export const maxLooksBytes = 512 * 1024;
/** The exporter keeps no more. */
const mostRead = 2048;

/**
 * What `offheap export --keep-looks=FOLDER` has left there of processes, whether or not they still run. A file that is none, or is broken, is told and passed over.
 *
 * @throws OffheapError MISSING_FILE where there is no such folder, or it may not be read
 */
export async function readKeptLooks(folder: string, wanted: WantedLooks = {}): Promise<FoundLooks> {
  const { files, isCut } = list(folder);
  const candidates = files.filter(({ pid }) => wanted.pid === undefined || pid === wanted.pid);
  const processes: KeptLooks[] = [];
  const unread: string[] = [];
  for (const file of candidates.slice(0, mostRead)) {
    const read = await readKeptFile(folder, file);
    if (typeof read === 'string') unread.push(read);
    else if (isOfGroup(read, wanted.cgroupPath)) processes.push(read);
  }
  if (isCut || candidates.length > mostRead)
    unread.push(`The folder ${quote(folder)} has more than offheap export keeps: ${formatCount(mostRead)} files were read.`);
  return { processes: processes.sort((a, b) => lastLookMs(b) - lastLookMs(a)), unread };
}

/** One file, or a sentence that says what is wrong with it. No link is followed. */
export async function readKeptFile(folder: string, { name, ...key }: LooksFile): Promise<KeptLooks | string> {
  const path = join(folder, name);
  const wrong = (cause: string) =>
    `Expected ${quote(path)} to be a file of offheap export --keep-looks, but ${printableName(cause)}.`;
  let json: unknown;
  try {
    json = JSON.parse((await readForeignFile(path, maxLooksBytes)).toString('utf8'));
  } catch (error) {
    return wrong(error instanceof SyntaxError ? 'it is no JSON' : `it cannot be read: ${whyUnread(error)}`);
  }
  const parsed = keptLooks.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return wrong(`it is none of this version: ${issue?.message ?? 'it is not'} at ${issue?.path.join('.') ?? ''}`);
  }
  const looks = printableValues(parsed.data);
  const isOther = (['bootId', 'pid', 'startTimeTicks'] as const).some((part) => looks[part] !== key[part]);
  return isOther ? wrong('it is of another process than its name says') : looks;
}

function list(folder: string): ReturnType<typeof listLooksFiles> {
  try {
    return listLooksFiles(folder);
  } catch (error) {
    throw new OffheapError(
      'MISSING_FILE',
      `Expected a folder of offheap export --keep-looks, but ${quote(folder)} cannot be read: ${whyUnread(error)}.`,
    );
  }
}

/** In a container that has a part of the hierarchy mounted paths begin there, and its own is `/`. */
function isOfGroup({ cgroup, containerId }: KeptLooks, wanted: string | undefined): boolean {
  if (wanted === undefined || (cgroup !== undefined && isWithin(cgroup.path, wanted))) return true;
  return containerId !== undefined && parseContainerPlace(`0::${wanted}`).containerId === containerId;
}

function lastLookMs({ looks }: KeptLooks): number {
  return Date.parse(looks.at(-1)?.takenAt ?? '');
}
