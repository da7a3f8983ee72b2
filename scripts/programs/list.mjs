// Whole programs with a check of their own: what a script prints must be the same under every library. $WORK is an empty folder, $ROOT this project,
// $ORDINARY begins a command that is to run as an ordinary user, $NODE is this Node.
import { browsers } from './browsers.mjs';
import { databases } from './databases.mjs';
import { inspectors } from './inspectors.mjs';
import { javas } from './jvm.mjs';
import { runtimes } from './runtimes.mjs';
import { servers } from './servers.mjs';
import { tools } from './tools.mjs';

/**
 * @returns {{ name: string, version: string, check: string, needs: (string | { command: string, why: string })[], packages?: string[], quick: boolean,
 * script: string, callsApart?: string }[]} `version` and `script` are for bash; `needs`: executables, files, or what must succeed, and why the program is
 * skipped where it does not; `packages`: Debian's names of what it comes in; `quick`: of `npm test`; `callsApart`: try.mjs
 */
export const programsOf = (root) => [
  ...servers,
  ...databases(root),
  ...browsers,
  ...runtimes,
  ...tools(root),
  ...inspectors,
  ...javas(),
];
