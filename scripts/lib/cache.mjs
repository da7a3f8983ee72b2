// What the scripts of the project keep from one run to the next, outside the checkout.
import { renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheFolder = (name) => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'offheap', name);

/** By a rename, so that it is there as a whole. Another run may have been faster: then its folder is as good. */
export function moveInto(place, made) {
  try {
    renameSync(made, place);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}
