import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { OffheapError } from '../model/errors.ts';
import type { ProcessRunner } from '../process/runner.ts';
import { type Fetched, fetchJar } from './maven.ts';

/** The newest version of which Maven Central has the profiler and its converter. */
const version = '4.5';
const architectures: Partial<Record<string, string>> = { x64: 'linux-x64', arm64: 'linux-arm64' };
/** A JVM of another architecture may be looked at from here. */
const library = /^linux-(?:x64|arm64)\/libasyncProfiler\.so$/;

export interface AsyncProfiler {
  /** The agent, to be loaded into the JVM. */
  library: string;
  /** The jar that turns a recording into stacks. */
  converter: string;
}

/**
 * async-profiler of a folder, fetched from Maven Central on first use.
 *
 * @throws OffheapError MISSING_TOOL with what is to be put where
 */
export async function resolveAsyncProfiler(cacheFolder: string, runner: ProcessRunner): Promise<AsyncProfiler> {
  const folder = join(cacheFolder, `async-profiler-${version}`);
  const profiler = {
    library: join(folder, architectures[process.arch] ?? process.arch, 'libasyncProfiler.so'),
    converter: join(folder, `jfr-converter-${version}.jar`),
  };
  const isThere = () => existsSync(profiler.library) && existsSync(profiler.converter);
  if (isThere()) return profiler;
  const fetched = await fetchInto(folder, runner);
  if (isThere()) return profiler;
  throw new OffheapError(
    'MISSING_TOOL',
    `Expected async-profiler ${version} in ${folder}, found none, and it could not be fetched: ${fetched.ok ? 'it has no library for this machine' : fetched.reason}. Name a ` +
      `repository by OFFHEAP_MAVEN_REPOSITORY=URL, or put there ${profiler.library} (from tools.profiler:async-profiler:${version}) and ` +
      `${profiler.converter} (tools.profiler:jfr-converter:${version}).`,
  );
}

/** Whole or not at all: into a folder beside it, which then takes its name. */
async function fetchInto(folder: string, runner: ProcessRunner): Promise<Fetched> {
  const partial = resolve(`${folder}.${process.pid}`);
  const fetch = (name: string) => fetchJar(`tools.profiler:${name}:${version}`, join(partial, `${name}-${version}.jar`), runner);
  try {
    const fetched = [await fetch('async-profiler'), await fetch('jfr-converter')].find(({ ok }) => !ok);
    if (fetched) return fetched;
    await unpackLibraries(join(partial, `async-profiler-${version}.jar`), partial);
    if (!existsSync(folder)) await rename(partial, folder);
    return { ok: true };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The libraries alone, to where the archive has them; the archive is then of no more use. */
async function unpackLibraries(archive: string, folder: string): Promise<void> {
  const files = unzipSync(await readFile(archive), { filter: ({ name }) => library.test(name) });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  await rm(archive);
}
