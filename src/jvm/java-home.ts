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

/** scripts/build-java.mjs compiles the reproducer for it. */
const oldestFeature = 17;

/**
 * The JDK, or JRE, that runs the reproducer: `--java=HOME`, else JAVA_HOME, else `java` on PATH. It is started once, to learn its version and its flags.
 */
export async function resolveJdk(home: string | undefined, runner: ProcessRunner): Promise<Jdk> {
  const launcher = findLauncher(home);
  const jdk = await resolveLauncher(launcher, runner);
  if (featureOf(jdk.version) >= oldestFeature) return jdk;
  throw new OffheapError(
    'MISSING_TOOL',
    `Expected Java ${oldestFeature} or later (from ${launcher.source}), found ${jdk.version} at ${quote(jdk.home)}. Install one (apt-get install openjdk-${oldestFeature}-jre-headless) or name it by --java=HOME.`,
  );
}

/** 8 of 1.8.0_392, 17 of 17.0.15. */
function featureOf(version: string): number {
  return Number.parseInt(version.replace(/^1\./, ''), 10);
}

/** The JDK of a launcher; `source` says where its name is from. */
export async function resolveLauncher({ launcher, source }: Launcher, runner: ProcessRunner): Promise<Jdk> {
  const unlocked = ['-XX:+UnlockDiagnosticVMOptions', '-XX:+UnlockExperimentalVMOptions'];
  const args = [...unlocked, '-XX:+PrintFlagsFinal', '-XshowSettings:properties', '-version'];
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

/** The `java` of a folder that --java names. @throws OffheapError MISSING_TOOL */
export function launcherOf(home: string): string {
  return findLauncher(home).launcher;
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
