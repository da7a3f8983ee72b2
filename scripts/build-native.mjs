// Compiles build/Release/offheap.node and build/Release/libmmapalloc.so with node-gyp. Never downloads: it takes the headers of the running
// Node where they are. Says nothing unless it fails, and then on stderr. Usage: node scripts/build-native.mjs
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { nodeHeaders } from './lib/headers.mjs';
import { fail, run } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');

// `configure build`, not `rebuild`: that one removes build/, where scan sets are kept too.
const args = [nodeGyp, 'configure', 'build', '--release', '--loglevel=error', '--jobs=max', ...nodeHeaders()];
if (!run(process.execPath, args, { cwd: root })) {
  fail(
    'the native libraries do not compile; the output is above. They need a C11 and C++17 compiler, make and python3: apt-get install g++ make python3',
  );
}
