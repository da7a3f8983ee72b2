// Keeps what V8 compiles of the command line beside it. Usage: node scripts/code-cache.mjs
import { fileURLToPath } from 'node:url';
import { makeCodeCache } from './lib/code-cache.mjs';
import { say } from './lib/run.mjs';

const failure = makeCodeCache(fileURLToPath(new URL('..', import.meta.url)));
if (failure !== undefined) say(failure);
