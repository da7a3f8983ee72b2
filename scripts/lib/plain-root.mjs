// No Makefile can be made of a path with a colon.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder's own path or, where that has a colon, the path of a link to it that is there until the script ends. */
export function plainRoot(folder) {
  if (!folder.includes(':')) return folder;
  const scratch = mkdtempSync(join(tmpdir().includes(':') ? '/tmp' : tmpdir(), 'offheap-root-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const link = join(scratch, 'offheap');
  symlinkSync(folder, link);
  return link;
}
