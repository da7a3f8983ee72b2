// debootstrap, and what it has to be told of each release.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, run, say, step, which } from './run.mjs';

/** By code name, oldest first. */
export const releases = {
  xenial: { title: 'Ubuntu 16.04', distribution: 'ubuntu' },
  bionic: { title: 'Ubuntu 18.04', distribution: 'ubuntu' },
  focal: { title: 'Ubuntu 20.04', distribution: 'ubuntu' },
  jammy: { title: 'Ubuntu 22.04', distribution: 'ubuntu' },
  bookworm: { title: 'Debian 12', distribution: 'debian' },
  noble: { title: 'Ubuntu 24.04', distribution: 'ubuntu' },
  trixie: { title: 'Debian 13', distribution: 'debian' },
  questing: { title: 'Ubuntu 25.10', distribution: 'ubuntu' },
  resolute: { title: 'Ubuntu 26.04', distribution: 'ubuntu' },
  /** Of today: its packages change. */
  sid: { title: 'Debian sid', distribution: 'debian' },
};

const distributions = {
  // debootstrap has no script for releases newer than itself; Ubuntu's are all links to this one. Its own mirror is that of the script.
  ubuntu: { script: 'gutsy', components: 'main,universe', keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg' },
  debian: { script: 'sid', components: 'main', keyring: '/usr/share/keyrings/debian-archive-keyring.gpg' },
};
const unchecked = new Set();

/** Why it cannot be run, in one sentence; undefined when it can. */
export function whyNoDebootstrap() {
  if (which('debootstrap') !== undefined) return undefined;
  return 'expected debootstrap on PATH, found none. Install it: apt-get install debootstrap';
}

/** The name of debootstrap's own script for a release. */
export const scriptOf = (name) => distributions[releases[name].distribution].script;

/** The arguments that put a release into a folder. Says, once for each distribution, when this machine cannot check signatures. */
export function bootstrapArguments(name, folder, options, script = scriptOf(name)) {
  const { components, keyring } = distributions[releases[name].distribution];
  const isKnown = existsSync(keyring);
  if (!isKnown && !unchecked.has(keyring)) {
    say(`${keyring} is not installed: the signatures of ${releases[name].title} and its kin are not checked`);
    unchecked.add(keyring);
  }
  const check = isKnown ? `--keyring=${keyring}` : '--no-check-gpg';
  return [...options, '--variant=minbase', `--components=${components}`, check, name, folder, '', script];
}

/**
 * Makes an archive of a release, unless it is there. Ends the script with a sentence where that cannot be done.
 *
 * @param {{ archive: string, release: string, packages: readonly string[], title: string, furnish?: (folder: string) => void }} wanted `packages`: beside those of minbase;
 * `title`: of the step; `furnish`: what is done in the root before it is packed
 */
export function ensureArchive({ archive, release, packages, title, furnish = () => {} }) {
  if (existsSync(archive)) return;
  const reason = whyNoDebootstrap();
  if (reason !== undefined) fail(reason);
  mkdirSync(dirname(archive), { recursive: true });
  const folder = mkdtempSync(join(dirname(archive), `.bootstrap-${release}-`));
  step(title, () => {
    if (!run('debootstrap', bootstrapArguments(release, folder, [`--include=${packages.join(',')}`])))
      fail('debootstrap failed; its output is above.');
    furnish(folder);
    packInto(archive, folder);
  });
}

/** Moves what is in a folder into an archive, as a whole. Ends the script with a sentence where that cannot be done. */
export function packInto(archive, folder) {
  if (!run('tar', ['--create', '--file', `${archive}.part`, '--directory', folder, '.'])) fail(`${archive} could not be written.`);
  renameSync(`${archive}.part`, archive);
  rmSync(folder, { recursive: true });
}
