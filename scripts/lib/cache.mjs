// What the scripts of the project keep from one run to the next, outside the checkout.
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheFolder = (name) => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'offheap', name);
