import { getSystemErrorName } from 'node:util';
import { loadBinding } from './binding.ts';

/** Who a process acts as. */
export interface Account {
  uid: number;
  gid: number;
}

export function ownAccount(): Account {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}

/**
 * A descriptor of a connection to a UNIX socket whose other end is told this account instead of the own one, as native/addon/connect_as.h has it. Undefined where this
 * process may not take it.
 *
 * @throws Error with the `code` of the system, as of a connection of Node's
 */
export function connectAs(path: string, { uid, gid }: Account): number | undefined {
  const outcome = loadBinding().connectAs(path, uid, gid);
  if ('socket' in outcome) return outcome.socket;
  if (outcome.isRefusedIds) return undefined;
  const code = getSystemErrorName(-outcome.errno);
  throw Object.assign(new Error(`connect ${code} ${path}`), { code });
}
