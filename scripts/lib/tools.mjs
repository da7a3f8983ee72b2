// Programs and files that a script needs beside what the set-up brings: root has their packages installed, and all else is one sentence.
import { existsSync } from 'node:fs';
import { install, installCommand, updateLists } from './apt.mjs';
import { mayInstall } from './packages.mjs';
import { fail, say, which } from './run.mjs';

/**
 * Ends the script with a sentence where something is missing that cannot be had.
 *
 * @param {readonly { path: string, apt: string, others?: string[] }[]} needs a program on PATH, or a file, and Debian's package of it; `others`: where it may lie instead
 */
export function requireTools(needs) {
  const missing = missingPackages(needs);
  if (missing.length === 0) return;
  const command = installCommand(missing);
  if (!mayInstall()) fail(`missing: ${missing.join(', ')}. On Debian or Ubuntu, run: ${command}`);
  say(`installing by apt: ${missing.join(' ')} …`);
  updateLists();
  if (!install(missing) || missingPackages(needs).length > 0)
    fail(`missing: ${missingPackages(needs).join(', ')}. Mend what apt said above, and run: ${command}`);
}

function missingPackages(needs) {
  const missing = needs.filter(({ path, others = [] }) => ![path, ...others].some(isThere));
  return [...new Set(missing.map(({ apt }) => apt))];
}

const isThere = (path) => (path.startsWith('/') ? existsSync(path) : which(path) !== undefined);
