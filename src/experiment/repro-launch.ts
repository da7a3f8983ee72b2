import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Jdk } from '../jvm/java-home.ts';
import { OffheapError } from '../model/errors.ts';
import type { ReproScenario } from '../model/result.ts';
import { bytesPerMiB } from '../model/units.ts';
import { packageFile } from '../native/package-file.ts';
import { utf8Locale } from '../process/environment.ts';
import { buildCure, cacheFolder, packageRoot } from '../process/paths.ts';
import { plainPath } from '../process/plain-path.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { ProcessRunner } from '../process/runner.ts';

const findReproJar = () => process.env['OFFHEAP_REPRO_JAR'] ?? packageFile('build/java/offheap-repro.jar');

export interface ScanSetOptions {
  /** Called when there is none yet. */
  onBuild: () => void;
  /** Ends the building; nothing of it is left, and it rejects with the signal's reason. */
  signal: AbortSignal;
}

/**
 * The fat jar that the reproducer scans, built on first use from the classes of the JDK's own image, and cached by the JDK's version.
 */
export async function ensureScanSet(jdk: Jdk, runner: ProcessRunner, { onBuild, signal }: ScanSetOptions): Promise<string> {
  const inside = (folder: string) => join(folder, 'scan-set', `jdk-${jdk.version}`, 'app.jar');
  // An image or a package may bring one in a build folder that this user cannot write to.
  const built = [inside(join(packageRoot, 'build')), inside(cacheFolder())].find((candidate) => existsSync(candidate));
  if (built !== undefined) return built;
  signal.throwIfAborted();
  onBuild();
  const path = inside(cacheFolder());
  await mkdir(dirname(path), { recursive: true });
  // Beside it, on the same file system; the watchdog removes it, should offheap be killed.
  const partial = await mkdtemp(join(dirname(path), '.partial-'));
  try {
    await withPrivateFolder((folder) =>
      buildScanSet(join(partial, 'app.jar'), { jdk, runner, reproJar: reproJarFor(folder), signal }),
    );
    await rename(join(partial, 'app.jar'), path);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return path;
}

interface ScanSetBuild {
  jdk: Jdk;
  runner: ProcessRunner;
  reproJar: string;
  signal: AbortSignal;
}

async function buildScanSet(path: string, { jdk, runner, reproJar, signal }: ScanSetBuild): Promise<void> {
  const child = await runner.start({
    command: jdk.launcher,
    args: ['-jar', reproJar, 'build-scan-set', `--output=${path}`],
    env: { PATH: process.env['PATH'] ?? '', ...utf8Locale },
    privateFolder: dirname(path),
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  for await (const _ of child.lines);
  const { exitCode, stderrTail } = await child.ended;
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (exitCode !== 0) throw new OffheapError('CHILD_FAILED', `Could not build the scan set ${path}: ${stderrTail}`);
}

/** What a heap needs beside its young generation: the reproducer's own lists, and room for G1 to evacuate into. */
const oldGenerationMiB = 64;

/**
 * JVM arguments of a cell. The heap is fixed and touched beforehand, so that every later change of RSS is native; all of it but 64 MiB is
 * young generation, so that no collection interrupts the scan (java-repro/README.md says why for each flag). A heap of under 256 MiB
 * is left to G1: there collections are what the user wants to see.
 */
export function javaArguments(
  scenario: ReproScenario,
  jvmFlags: readonly string[],
  { crashFolder, privateFolder }: { crashFolder: string; privateFolder: string },
): string[] {
  const heapMiB = Math.round(scenario.heapBytes / bytesPerMiB);
  return [
    `-Xms${heapMiB}m`,
    `-Xmx${heapMiB}m`,
    ...(heapMiB < 4 * oldGenerationMiB ? [] : [`-Xmn${heapMiB - oldGenerationMiB}m`]),
    '-XX:+AlwaysPreTouch',
    ...(jvmFlags.some((flag) => /^-XX:\+Use\w+GC$/.test(flag)) ? [] : ['-XX:+UseG1GC']),
    '-XX:NativeMemoryTracking=summary',
    `-XX:ErrorFile=${join(crashFolder, 'hs_err_%p.log')}`,
    ...jvmFlags,
    '-jar',
    reproJarFor(privateFolder),
    'scan',
    '--step',
    `--jars=${scenario.jars}`,
    ...(scenario.loaderJar === undefined
      ? [`--loader=${scenario.loader}`]
      : ['--loader=boot', `--loader-jar=${scenario.loaderJar}`]),
    `--scan=${scenario.scan}`,
    `--package=${scenario.package}`,
    `--threads=${scenario.threads}`,
    `--passes=${scenario.passes}`,
    `--streams=${scenario.streams}`,
    `--settle-ms=${scenario.settleMs}`,
  ];
}

/** Of `-jar` a JVM makes a class path, where a colon separates. */
function reproJarFor(privateFolder: string): string {
  const reproJar = findReproJar();
  if (reproJar !== undefined && existsSync(reproJar)) return plainPath(reproJar, privateFolder);
  throw new OffheapError(
    'MISSING_FILE',
    `Expected the Java reproducer, but ${reproJar ?? 'its jar'} does not exist. ${buildCure('build:java')}`,
  );
}
