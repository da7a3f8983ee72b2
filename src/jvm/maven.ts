import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8Locale } from '../process/environment.ts';
import type { ProcessRunner } from '../process/runner.ts';

/** Pinned: what it is called with is this version's. */
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/**
 * Has the machine's own Maven, with whatever mirror its user has set, copy or unpack a published artifact into a folder.
 *
 * @param artifact group:name:version
 * @param folder absolute; made where it is missing
 * @returns whether Maven is there and did it
 */
export async function fetchArtifact(
  goal: 'copy' | 'unpack',
  artifact: string,
  folder: string,
  runner: ProcessRunner,
  ...options: readonly string[]
): Promise<boolean> {
  // Where there is no project, the plugin leaves its notes where it runs, in a folder named ${project.basedir}.
  const cwd = join(folder, 'maven');
  await mkdir(cwd, { recursive: true });
  const properties = [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`, ...options];
  const captured = await runner.capture('mvn', ['-B', '-q', `${plugin}:${goal}`, ...properties], { cwd, env: utf8Locale });
  await rm(cwd, { recursive: true, force: true });
  return captured !== undefined;
}
