// Minimal roots of other distributions: nothing but what debootstrap's minbase has, git and ca-certificates. Made once and kept as archives, unpacked
// anew for each use.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../lib/cache.mjs';
import { ensureArchive, releases } from '../lib/debootstrap.mjs';
import { fail, run } from '../lib/run.mjs';

const lists = 'var/lib/apt/lists';

export const cache = cacheFolder('fresh');

/** Unpacks a root into a new folder below the cache; whoever asked removes it. The folder's own name is plain, whatever is then put into it. */
export function unpackRoot(name) {
  const archive = makeArchive(name);
  const folder = mkdtempSync(join(cache, `${name}-`));
  if (!run('tar', ['--extract', '--file', archive, '--directory', folder, '--numeric-owner']))
    fail(`${archive} could not be unpacked.`);
  chmodSync(folder, 0o755); // it is `/`, which every user may enter; a temporary folder is its owner's alone
  // As in an image: no lists of apt's, so that names have to be known without.
  for (const list of readdirSync(join(folder, lists))) rmSync(join(folder, lists, list), { recursive: true });
  takeNetworkSettings(folder);
  return folder;
}

function makeArchive(name) {
  const archive = join(cache, 'roots', `${name}.tar`);
  ensureArchive({ archive, release: name, packages: ['ca-certificates', 'git'], title: `bootstrapping ${releases[name].title}` });
  return archive;
}

/** What this machine needs to reach its registries: name resolution, certificates of its own, and its user's npm settings. */
function takeNetworkSettings(folder) {
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) cpSync(file, join(folder, file), { dereference: true });
  const own = '/usr/local/share/ca-certificates';
  if (existsSync(own) && readdirSync(own).length > 0) {
    cpSync(own, join(folder, own), { recursive: true });
    if (spawnSync('chroot', [folder, 'update-ca-certificates'], { stdio: 'ignore' }).status !== 0)
      fail(`update-ca-certificates failed in ${folder}.`);
  }
  writeNpmSettings(folder);
  // Updates as a machine of today has them, beside what the release was published with.
  const sources = join(folder, 'etc', 'apt', 'sources.list');
  const [, , mirror, suite, ...components] = /^(deb) (\S+) (\S+) (.+)$/m.exec(readFileSync(sources, 'utf8')) ?? [];
  if (mirror) appendFileSync(sources, `deb ${mirror} ${suite}-updates ${components.join(' ')}\n`);
}

/** In the configuration of the whole machine, for what is started without a user's environment. */
function writeNpmSettings(folder) {
  const { stdout } = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', cwd: '/' });
  const file = join(folder, 'usr', 'local', 'etc', 'npmrc');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `registry=${stdout.trim()}\ncafile=/etc/ssl/certs/ca-certificates.crt\n`);
}

/** Environment that says how this machine reaches the network; all else that a user's shell has stays outside. */
export function networkEnvironment() {
  const names = /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|PIP_CERT|PIP_INDEX_URL)$/i;
  return Object.entries(process.env)
    .filter(([name]) => names.test(name))
    .map(([name, value]) => `${name}=${value}`);
}
