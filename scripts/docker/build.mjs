// `docker build` for real, without a registry of images: the one that it begins with is made of Debian and of this machine's Node, with this machine's ways to its packages.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../lib/cache.mjs';
import { ensureArchive } from '../lib/debootstrap.mjs';
import { fail, say } from '../lib/run.mjs';
import { importImage } from './bases.mjs';

const packages = ['ca-certificates', 'libstdc++6', 'libatomic1'];
/** How this machine gets packages: certificates, sources and settings. */
const settings = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/apt/sources.list',
  '/etc/apt/sources.list.d/debian.sources',
  '/etc/apt/apt.conf.d',
  '/etc/pip.conf',
];

/**
 * @param {import('./engine.mjs').Engine} engine
 * @param {{ root: string, file: string, target?: string, tag: string, base: string }} wanted `base`: the image that the Dockerfile begins with
 * @returns {{ seconds: number, bytes: number }}
 */
export function buildImage(engine, { root, file, target, tag, base }) {
  if (engine.try(['image', 'inspect', base]).status !== 0)
    importImage(engine, base, nodeArchive(), [`ENV NODE_EXTRA_CA_CERTS=${settings[0]} PIP_CERT=${settings[0]}`]);
  say(`docker build -f ${file}: ten minutes and more …`);
  const startedAt = performance.now();
  // BuildKit knows on which machine it builds; the engine's own, so that no plugin is needed.
  const env = { ...engine.environment, DOCKER_BUILDKIT: '1' };
  const args = [
    'build',
    '--progress=plain',
    '--network=host',
    `--file=${file}`,
    `--tag=${tag}`,
    ...(target ? [`--target=${target}`] : []),
    '.',
  ];
  const { status } = spawnSync(clientOf(), args, { cwd: root, stdio: ['ignore', 2, 2], env });
  if (status !== 0) fail(`docker build -f ${file} failed; its output is above.`);
  const bytes = Number(engine.run('image', 'inspect', '--format={{.Size}}', tag));
  return { seconds: Math.round((performance.now() - startedAt) / 1000), bytes };
}

/** Newer clients have BuildKit in a plugin alone; Debian's is of its engine. */
const clientOf = () => (existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker');

function nodeArchive() {
  const archive = join(cacheFolder('docker'), `bookworm-node-${process.versions.node}.tar`);
  const title = `making Debian 12 with Node ${process.versions.node}`;
  ensureArchive({ archive, release: 'bookworm', packages, title, furnish });
  return archive;
}

function furnish(folder) {
  const prefix = dirname(dirname(process.execPath));
  const local = join(folder, 'usr', 'local');
  copyFileSync(process.execPath, join(local, 'bin', 'node'));
  mkdirSync(join(local, 'lib', 'node_modules'), { recursive: true });
  cpSync(join(prefix, 'lib', 'node_modules', 'npm'), join(local, 'lib', 'node_modules', 'npm'), { recursive: true });
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  const headers = join(prefix, 'include', 'node');
  if (existsSync(headers)) cpSync(headers, join(local, 'include', 'node'), { recursive: true });
  for (const path of settings) {
    rmSync(join(folder, path), { recursive: true, force: true });
    if (existsSync(path)) cpSync(path, join(folder, path), { recursive: true });
  }
}
