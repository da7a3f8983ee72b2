// Packages of PyPI into a folder, each known by its hash.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, run } from './run.mjs';

/**
 * `requirements`: a file as pip has it, with a hash for each. `platform`: the tag of the wheel, by default what this machine takes. Ends the script with a sentence
 * where it cannot be.
 */
export function installFromPyPi({ requirements, to, platform }) {
  // Debian has a pip for folders of its own alone.
  const venv = mkdtempSync(plainPath('offheap-venv-'));
  // A sentence ends the script, and what would come after.
  process.on('exit', () => rmSync(venv, { recursive: true, force: true }));
  if (!run('python3', ['-m', 'venv', venv])) {
    fail(
      `expected python3 with venv and pip, to fetch ${requirements}; the output is above. Install it: apt-get install python3-venv`,
    );
  }
  const packages = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--no-compile', `--target=${to}`, '-r', requirements];
  const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages];
  if (!run(join(venv, 'bin', 'python3'), platform === undefined ? pip : [...pip, `--platform=${platform}`])) {
    fail(`expected pip to fetch ${requirements}; its output is above. Fix the cause and run the same command again.`);
  }
}

/** Of a folder of commands: PATH ends at a colon, and Makefiles take no path with a space. */
export const plainPath = (prefix) => join(/[: ]/.test(tmpdir()) ? '/tmp' : tmpdir(), prefix);
