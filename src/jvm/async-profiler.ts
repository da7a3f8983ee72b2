import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { fetchArtifact } from './maven.ts';

/** The newest version of which Maven Central has the profiler and its converter. */
const version = '4.5';
const architectures: Partial<Record<string, string>> = { x64: 'linux-x64', arm64: 'linux-arm64' };

export interface AsyncProfiler {
  /** The agent, to be loaded into the JVM. */
  library: string;
  /** The jar that turns a recording into stacks. */
  converter: string;
}

/**
 * async-profiler of a folder, fetched from Maven Central on first use by the machine's own Maven, with whatever mirror its user has set.
 *
 * @throws OffheapError MISSING_TOOL with the command that gets it
 */
export async function resolveAsyncProfiler(cacheFolder: string, runner: ProcessRunner): Promise<AsyncProfiler> {
  const folder = join(cacheFolder, `async-profiler-${version}`);
  const profiler = {
    library: join(folder, architectures[process.arch] ?? process.arch, 'libasyncProfiler.so'),
    converter: join(folder, `jfr-converter-${version}.jar`),
  };
  const isThere = () => existsSync(profiler.library) && existsSync(profiler.converter);
  if (isThere()) return profiler;
  await fetchInto(folder, runner);
  if (isThere()) return profiler;
  throw new OffheapError(
    'MISSING_TOOL',
    `Expected async-profiler ${version} in ${folder}, found none, and Maven could not fetch it. Install Maven (apt-get install maven), or put there ` +
      `${profiler.library} (from tools.profiler:async-profiler:${version}) and ${profiler.converter} (tools.profiler:jfr-converter:${version}).`,
  );
}

/** Whole or not at all: into a folder beside it, which then takes its name. */
async function fetchInto(folder: string, runner: ProcessRunner): Promise<void> {
  const partial = resolve(`${folder}.${process.pid}`);
  const fetch = (goal: 'copy' | 'unpack', name: string, ...options: string[]) =>
    fetchArtifact(goal, `tools.profiler:${name}:${version}`, partial, runner, ...options);
  const unpacked = await fetch('unpack', 'async-profiler', '-Dmdep.unpack.includes=linux-*/**');
  const copied = unpacked && (await fetch('copy', 'jfr-converter'));
  if (copied && !existsSync(folder)) await rename(partial, folder);
  else await rm(partial, { recursive: true, force: true });
}
