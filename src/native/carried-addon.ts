import { readdirSync, readlinkSync } from 'node:fs';
import { OffheapError } from '../model/errors.ts';

/**
 * The addon that the single executable has put into a memory file before it started Node: native/standalone/start.c.
 *
 * @throws OffheapError NATIVE_MISSING
 */
export function loadCarriedAddon(): unknown {
  const descriptors = '/proc/self/fd';
  const found = readdirSync(descriptors).find((name) => isCarriedAddon(`${descriptors}/${name}`));
  if (found === undefined)
    throw new OffheapError(
      'NATIVE_MISSING',
      `Expected the native addon among the open files of this process, found none in ${descriptors}. Mount /proc, and run this file itself.`,
    );
  const addon = { exports: {} };
  process.dlopen(addon, `${descriptors}/${found}`);
  return addon.exports;
}

function isCarriedAddon(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('/memfd:offheap.node');
  } catch {
    // That of the folder being read is closed by then.
    return false;
  }
}
