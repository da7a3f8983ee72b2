import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { type JavaSettings, parseFlagNames, parseJavaSettings } from '../parse/java-settings.ts';
import { utf8Locale } from '../process/environment.ts';
import type { ProcessRunner } from '../process/runner.ts';

export interface Jdk extends JavaSettings {
  /** Absolute path of the `java` launcher, or `java` when it is found on PATH. */
  launcher: string;
  /** Names of the flags this JVM knows: which configurations it can run. */
  flags: ReadonlySet<string>;
}

/**
 * The JDK to run: `--java=HOME`, else JAVA_HOME, else `java` on PATH. It is started once, to learn its version and its flags.
 */
export async function resolveJdk(home: string | undefined, runner: ProcessRunner): Promise<Jdk> {
  return resolveLauncher(findLauncher(home), runner);
}

/** The JDK of a launcher; `source` says where its name is from. */
export async function resolveLauncher({ launcher, source }: Launcher, runner: ProcessRunner): Promise<Jdk> {
  const args = ['-XX:+UnlockDiagnosticVMOptions', '-XX:+PrintFlagsFinal', '-XshowSettings:properties', '-version'];
  const { stdout, stderr } = (await runner.capture(launcher, args, { env: utf8Locale })) ?? { stdout: '', stderr: '' };
  const settings = parseJavaSettings(stderr);
  if (!settings) {
    const cure = launcher.includes(':')
      ? 'No JVM starts in a folder whose path has a colon: move it.'
      : 'Install one (apt-get install default-jdk-headless) or name it by --java=HOME.';
    throw new OffheapError('MISSING_TOOL', `Expected a JDK (from ${source}), but ${quote(launcher)} does not run as one. ${cure}`);
  }
  return { ...settings, launcher, flags: parseFlagNames(stdout) };
}

interface Launcher {
  launcher: string;
  source: string;
}

function findLauncher(home: string | undefined): Launcher {
  const candidates = [
    { root: home, source: '--java' },
    { root: process.env['JAVA_HOME'] || undefined, source: 'JAVA_HOME' },
  ];
  for (const { root, source } of candidates) {
    if (root === undefined) continue;
    const launcher = join(root, 'bin', 'java');
    if (existsSync(launcher)) return { launcher, source };
    throw new OffheapError('MISSING_TOOL', `Expected ${source} to be the folder of a JDK, but ${quote(launcher)} does not exist.`);
  }
  return { launcher: 'java', source: 'PATH' };
}
