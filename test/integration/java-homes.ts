import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface JavaHome {
  readonly java: string;
  readonly version: string;
}

const oldestFeature = 17;

/** Every JDK of this machine that runs the reproducer: at JAVA_HOME, on PATH, and where Linux distributions put them. */
export function findJavaHomes(): JavaHome[] {
  return findAnyJavaHomes().filter(({ version }) => Number.parseInt(version, 10) >= oldestFeature);
}

/**
 * Makes a folder that is as good as a JDK's home to who starts its java: that of the first of the above, with flags before those of the command line. For tests of
 * commands whose JVM gets no flags of the environment.
 *
 * @returns the folder
 */
export async function javaHomeWith(folder: string, ...flags: string[]): Promise<string> {
  const [jdk] = findJavaHomes();
  if (!jdk) throw new Error('Expected a JDK.');
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(join(folder, 'bin', 'java'), `#!/bin/sh\nexec '${jdk.java}' ${flags.join(' ')} "$@"\n`, { mode: 0o755 });
  return folder;
}

/** Older ones as well, and those in OFFHEAP_TEST_JDKS, folders parted by colons. */
export function findAnyJavaHomes(): JavaHome[] {
  const folders = [
    process.env['JAVA_HOME'] ?? '',
    ...(process.env['PATH'] ?? '').split(delimiter).flatMap(homeOfLauncherIn),
    ...(process.env['OFFHEAP_TEST_JDKS'] ?? '').split(delimiter),
    ...(existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name)) : []),
  ];
  const homes = new Set(folders.filter((home) => existsSync(join(home, 'bin', 'java'))).map((home) => realpathSync(home)));
  return [...homes].map((home) => ({ java: join(home, 'bin', 'java'), version: readVersion(home) }));
}

/** `/usr/bin/java` is a link to a link: the home is where it ends. */
function homeOfLauncherIn(folder: string): string[] {
  const launcher = join(folder, 'java');
  return existsSync(launcher) ? [join(realpathSync(launcher), '..', '..')] : [];
}

function readVersion(home: string): string {
  const release = join(home, 'release');
  return existsSync(release) ? (/^JAVA_VERSION="(.+)"$/m.exec(readFileSync(release, 'utf8'))?.[1] ?? '') : '';
}
