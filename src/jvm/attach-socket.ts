import { lstat } from 'node:fs/promises';
import { parseEffectiveIds } from '../parse/proc-fields.ts';

export type SocketCheck = { state: 'absent' } | { state: 'own' } | { state: 'foreign'; why: string };

const othersMayUse = 0o066;

/**
 * The JDK's own rule (src/jdk.attach/linux/native/libattach/VirtualMachineImpl.c, checkPermissions): the owner is root or the user whom the
 * JVM runs as, and nobody else may read or write. The JDK compares with the user who asks, which for root is no check.
 */
export async function checkSocket(path: string, status: string): Promise<SocketCheck> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isSocket()) return { state: 'absent' };
  const { uid: user } = parseEffectiveIds(status);
  if (found.uid !== 0 && found.uid !== user) {
    return { state: 'foreign', why: `it belongs to user ${found.uid}, and the process runs as user ${user}` };
  }
  if ((found.mode & othersMayUse) !== 0) {
    return { state: 'foreign', why: `others may use it (mode ${(found.mode & 0o777).toString(8)})` };
  }
  return { state: 'own' };
}
