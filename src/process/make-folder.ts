import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` never returns where the system says of a new folder that it does not exist though
 * the one above it does, as /proc says.
 *
 * @param mode of those that it makes, before the umask
 * @returns those that it has made, the outermost first
 * @throws the system's error
 */
export function makeFolder(folder: string, mode = 0o777): string[] {
  try {
    mkdirSync(folder, mode);
    return [folder];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isFolder(dirname(folder))) return [...makeFolder(dirname(folder), mode), ...makeFolder(folder, mode)];
    if (isFolder(folder)) return [];
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
