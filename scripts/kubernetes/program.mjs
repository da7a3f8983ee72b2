// The node's program: compiled once from Go modules, each known by its checksum in go.sum, and kept in the cache folder. No distribution has a package of a kubelet.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, moveInto } from '../lib/cache.mjs';
import { fail, run, step } from '../lib/run.mjs';
import { hashInputs } from '../lib/stamp.mjs';
import { compilesWith, linkerFlags, readVersions } from './versions.mjs';

const source = fileURLToPath(new URL('node', import.meta.url));
const inputs = ['main.go', 'go.mod', 'go.sum'];
export const versions = readVersions(readFileSync(join(source, 'go.mod'), 'utf8'));
/** The names that its parts are started by. */
const parts = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kubectl'];

export const kubernetesCache = cacheFolder('kubernetes');

/** The folder that has the node's parts. Ends the script with a sentence where they cannot be compiled. */
export function ensureProgram() {
  const folder = join(kubernetesCache, `node-${versions.kubernetes}-${hashInputs(source, inputs).slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  requireGo();
  mkdirSync(kubernetesCache, { recursive: true });
  const scratch = mkdtempSync(join(kubernetesCache, '.compiling-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  step(`compiling Kubernetes ${versions.kubernetes} (once; minutes, many of them on a busy machine)`, () => compile(scratch));
  for (const name of parts) symlinkSync('node', join(scratch, 'bin', name));
  moveInto(folder, join(scratch, 'bin'));
  return folder;
}

function compile(scratch) {
  for (const input of inputs) cpSync(join(source, input), join(scratch, input));
  const args = ['build', '-buildvcs=false', '-mod=readonly', '-trimpath', '-ldflags', linkerFlags(versions.kubernetes)];
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' };
  if (!run('go', [...args, '-o', join('bin', 'node'), '.'], { cwd: scratch, env, timeout: 3_600_000 }))
    fail(`Kubernetes ${versions.kubernetes} could not be compiled; Go's output is above.`);
}

function requireGo() {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (compilesWith(stdout ?? '', versions.go)) return;
  const found = stdout ? stdout.trim() : 'none';
  fail(
    `expected Go ${versions.go} or later on PATH, for Kubernetes ${versions.kubernetes}, found ${found}. Install it: https://go.dev/doc/install`,
  );
}
