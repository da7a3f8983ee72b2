import { connect, Socket } from 'node:net';
import { OffheapError } from '../model/errors.ts';
import { type Account, connectAs, ownAccount } from '../native/connect-as.ts';
import { AttachError } from './attach-error.ts';

export interface Connection {
  socket: Socket;
  /** Whether the JVM's end is told another user or group than its own. */
  isForeign: boolean;
}

/**
 * Connects as the JVM's own user and group, or as who this process is where it may not be them. JDK 8 and 9 hear nobody else, root neither (jdk8u: attachListener_linux.cpp,
 * LinuxAttachListener::dequeue), and later ones no root of a user namespace that theirs does not know.
 *
 * @throws AttachError with the error of the system as its cause
 */
export function openConnection(pid: number, path: string, account: Account): Connection {
  const own = ownAccount();
  if (own.uid === account.uid && own.gid === account.gid) return { socket: connect(path), isForeign: false };
  const fd = takeConnection(pid, path, account);
  if (fd === undefined) return { socket: connect(path), isForeign: true };
  return { socket: new Socket({ fd, readable: true, writable: true }), isForeign: false };
}

function takeConnection(pid: number, path: string, account: Account): number | undefined {
  try {
    return connectAs(path, account);
  } catch (error) {
    if (error instanceof OffheapError) throw error;
    throw new AttachError(pid, 'failed', `${(error as Error).message}.`, error as Error);
  }
}
