import { constants, rmSync } from 'node:fs';
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import { onExit } from 'signal-exit';
import { parseEffectiveIds } from '../parse/proc-fields.ts';

/** The file that tells a JVM to open its attach socket. */
export interface Trigger {
  remove(): Promise<void>;
}

/** A JVM looks for it within milliseconds. One that is older was left behind. */
const freshMs = 1000;

/**
 * Makes the file in the first of these folders that takes it; undefined when none does. `taken`: somebody else attaches just now. Without his file the JVM would take his signal for a request
 * to print all its stacks on its stdout. The folder is kept open until the file is removed: where it is named
 * by /proc/PID it has no name any more when the process has ended. A signal that ends offheap meanwhile leaves no file. The folder is the JVM's: what it has put there under this name, a link to a file of
 * somebody else's perhaps, is neither written to nor given away.
 *
 * @param status of the JVM. Those before 14 want the file to be their own even from root (jdk: AttachListener::is_init_trigger), so root hands it over.
 */
export async function createTrigger(
  folders: readonly string[],
  name: string,
  status: string,
): Promise<Trigger | 'taken' | undefined> {
  for (const path of folders) {
    const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY).catch(() => undefined);
    if (!folder) continue;
    const file = `/proc/self/fd/${folder.fd}/${name}`;
    if (await isFresh(file)) {
      await folder.close();
      return 'taken';
    }
    const forget = onExit(() => rmSync(file, { force: true }));
    const remove = async () => {
      forget();
      await unlink(file).catch(() => {});
      await folder.close();
    };
    try {
      await unlink(file).catch(() => {});
      await create(file, status);
      return { remove };
    } catch (error) {
      // Somebody else was faster: his file stays.
      const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
      if (isTaken) forget();
      await (isTaken ? folder.close() : remove());
      if (isTaken) return 'taken';
    }
  }
  return undefined;
}

async function isFresh(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() === true && Math.abs(Date.now() - found.ctimeMs) < freshMs;
}

async function create(path: string, status: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await handOver(file, status);
  } finally {
    await file.close();
  }
}

async function handOver(file: FileHandle, status: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = parseEffectiveIds(status);
  await file.chown(uid, gid);
}
