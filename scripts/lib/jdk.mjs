// Which JDK compiles the reproducer. One that is too old is passed over, so that a machine may have several.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { which } from './run.mjs';

/** The oldest JDK that the reproducer runs on; a newer javac is told to keep to it. */
export const oldestJdk = 17;

/** Where distributions put JDKs, whichever of them PATH leads to. */
const jvms = '/usr/lib/jvm';

/**
 * The folder of a JDK with javac, of `oldestJdk` or later: JAVA_HOME alone where that is set, else PATH's, else the newest of the distribution's.
 * `found` tells, where there is none, what was looked at.
 *
 * @returns {{ home?: string, found: string }}
 */
export function findJdk() {
  const own = process.env['JAVA_HOME'];
  if (own) return choose([{ home: own, from: 'JAVA_HOME' }]);
  const javac = which('javac');
  const first = javac === undefined ? [] : [{ home: dirname(dirname(realpathSync(javac))), from: 'PATH' }];
  return choose([...first, ...installedJdks()]);
}

function choose(candidates) {
  const looked = candidates.map(({ home, from }) => ({ home, from, version: versionOf(home) }));
  const fit = looked.find(({ version }) => version !== undefined && version >= oldestJdk);
  if (fit) return { home: fit.home, found: `${fit.version} (${fit.from})` };
  const described = looked.map(({ home, from, version }) => `${version ?? `no javac in ${home}`} (${from})`);
  return { found: described.join(', ') || 'none' };
}

/** Newest first. */
function installedJdks() {
  if (!existsSync(jvms)) return [];
  return readdirSync(jvms)
    .map((name) => join(jvms, name))
    .filter((home) => existsSync(join(home, 'bin', 'javac')))
    .map((home) => ({ home, from: home }))
    .sort((one, other) => (versionOf(other.home) ?? 0) - (versionOf(one.home) ?? 0));
}

/** The feature release: 8, 11, 17. Its `release` file says it without starting a JVM; where that is missing, javac does. */
function versionOf(home) {
  const javac = join(home, 'bin', 'javac');
  if (!existsSync(javac)) return undefined;
  const release = join(home, 'release');
  const written = existsSync(release) ? /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(release, 'utf8'))?.[1] : undefined;
  return featureOf(written ?? /javac ([\d.]+)/.exec(askForVersion(javac))?.[1]);
}

function askForVersion(javac) {
  const { stdout, stderr } = spawnSync(javac, ['-version'], { encoding: 'utf8', timeout: 30_000 });
  // JDK 8 answers on stderr.
  return `${stdout ?? ''}${stderr ?? ''}`;
}

function featureOf(version) {
  const numbers = /^(?:1\.)?(\d+)/.exec(version ?? '');
  return numbers ? Number(numbers[1]) : undefined;
}
