import { constants } from 'node:fs';
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import { parseStatusLine } from '../parse/proc-fields.ts';

/**
 * The two files of HotSpot's attach protocol lie in folders where anybody may create files, and offheap often is root: nothing is followed,
 * nothing is truncated, and nobody else's socket is talked to.
 */

export type SocketCheck = { state: 'absent' } | { state: 'own' } | { state: 'foreign'; why: string };

const othersMayUse = 0o066;

/**
 * The JDK's own rule (src/jdk.attach/linux/native/libattach/VirtualMachineImpl.c, checkPermissions): the owner is root or the user whom the
 * JVM runs as, and nobody else may read or write. The JDK compares with the user who asks, which for root is no check.
 */
export async function checkSocket(path: string, status: string): Promise<SocketCheck> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isSocket()) return { state: 'absent' };
  const user = effectiveId(status, 'Uid');
  if (found.uid !== 0 && found.uid !== user) {
    return { state: 'foreign', why: `it belongs to user ${found.uid}, and the process runs as user ${user}` };
  }
  if ((found.mode & othersMayUse) !== 0) {
    return { state: 'foreign', why: `others may use it (mode ${(found.mode & 0o777).toString(8)})` };
  }
  return { state: 'own' };
}

/**
 * Creates the file that tells the JVM to open its socket, or finds one that an earlier attach has left. Returns false where neither can be.
 * JVMs before 14 want it to be their own even from root (jdk: AttachListener::is_init_trigger), so root hands it over.
 */
export async function createTrigger(path: string, status: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_WRONLY, 0o600);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' && (await isLeftOver(path, status));
  }
  try {
    // By its descriptor: the name may be another file's by now.
    if (process.geteuid?.() === 0) await file.chown(effectiveId(status, 'Uid'), effectiveId(status, 'Gid'));
    return true;
  } catch {
    await unlink(path).catch(() => {});
    return false;
  } finally {
    await file.close();
  }
}

async function isLeftOver(path: string, status: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true && found.uid === effectiveId(status, 'Uid');
}

/** Of real, effective, saved and file system id in /proc/PID/status. */
function effectiveId(status: string, name: 'Uid' | 'Gid'): number {
  return Number(parseStatusLine(status, name)?.split(/\s+/)[1]);
}
