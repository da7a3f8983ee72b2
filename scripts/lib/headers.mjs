import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Options of node-gyp for a Node that was installed with its headers; none means that node-gyp looks for its own copy, or downloads one. */
export function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
}
