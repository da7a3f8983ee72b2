import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { printableValues } from '../model/printable.ts';
import type { Provenance } from '../model/result.ts';
import { processStartTime } from '../native/counter-source.ts';
import { mappedPath } from '../native/package-file.ts';
import { glibcFile } from '../parse/libc.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { parseEnviron } from '../parse/proc-fields.ts';
import { behindPlainPath } from '../process/plain-path.ts';
import { readProc } from '../process/proc-file.ts';
import type { ProcessRunner } from '../process/runner.ts';
import type { Configuration } from './configurations.ts';
import { changesMalloc } from './environment.ts';
import { installs } from './installs.ts';
import { readBackSettings } from './read-back.ts';
import { allocatorKeys, runnable } from './registry.ts';

export interface Expected {
  configuration: Configuration;
  /** The library that must serve malloc: as found by locateAllocator. */
  library: string;
  version: string | undefined;
  /** `VM.flags` of the process, when it is a JVM that was asked. */
  reportedFlags: string | undefined;
  /** For asking the allocator what it made of its settings. */
  capture: ProcessRunner['capture'];
}

/**
 * Looks whether a running process really runs under its configuration: the allocator's library is mapped and no other allocator is, its
 * environment holds every setting, the JVM reports every flag, the allocator took its settings. Of the process it reads /proc only.
 */
export async function proveProvenance(pid: number, expected: Expected): Promise<Provenance> {
  const files = await readMappedFiles(pid, mappedPath(expected.library));
  const environ = parseEnviron(await readProc(pid, 'environ'));
  const compared = compareProvenance(files, environ, expected, mappedPath);
  const { allocator, env } = expected.configuration;
  const { settings, problems } = await readBackSettings({
    ...{ allocator, env, library: compared.allocatorLibrary, capture: expected.capture },
    loader: [...files].find((path) => /^ld(-|64|\.so)/.test(basename(path))),
  });
  const all = [...compared.problems, ...problems];
  // Of a process that was ending some mappings were gone.
  if (all.length > 0 && processStartTime(pid) === undefined) throw ended(pid);
  const preloaded = compared.preloaded.map(behindPlainPath);
  return printableValues({ ...compared, preloaded, readBack: settings, verified: all.length === 0, problems: all });
}

/**
 * A process that becomes another program has no mappings for a moment, then those of its loader, and one that has ended none any more: that says nothing of its
 * configuration. So the library has half a second to come.
 */
async function readMappedFiles(pid: number, library: string): Promise<ReadonlySet<string>> {
  let files: ReadonlySet<string> = new Set();
  let isLaidOut = false;
  for (let tries = 0; tries < 50 && !files.has(library); tries++) {
    if (tries > 0) await delay(10);
    const maps = await readProc(pid, 'maps');
    files = parseMappedFiles(maps);
    isLaidOut = maps !== '';
  }
  if (!isLaidOut) throw ended(pid);
  return files;
}

function ended(pid: number): OffheapError {
  return new OffheapError('NO_SUCH_PROCESS', `Process ${pid} ended while it was looked at.`);
}

/** The pure half of proveProvenance; `realpath` resolves the links that a library's name is made of. */
export function compareProvenance(
  mappedFiles: ReadonlySet<string>,
  environ: ReadonlyMap<string, string>,
  { configuration, library, version, reportedFlags }: Omit<Expected, 'capture'>,
  realpath: (path: string) => string,
): Provenance {
  const { env, jvmFlags } = configuration;
  const problems: string[] = [];
  const wanted = realpath(library);
  // In a root of its own, as in a container, the program has the libc that is there.
  const served = runnable[configuration.allocator].origin === 'libc' && !mappedFiles.has(wanted) ? otherGlibc(mappedFiles) : wanted;
  const mappedAllocators = [...mappedFiles].filter(isPreloadableAllocator);
  if (!mappedFiles.has(served)) problems.push(`${served} is not mapped into the process`);
  for (const other of mappedAllocators) {
    if (other !== wanted) problems.push(`another allocator is mapped as well: ${other}`);
  }
  for (const [name, value] of Object.entries(env)) {
    const found = environ.get(name);
    if (found !== value) problems.push(`environment has ${name}=${found ?? '(unset)'}, expected ${value}`);
  }
  const reported = new Set((reportedFlags ?? '').split(/\s+/));
  for (const flag of jvmFlags) {
    if (!reported.has(flag)) problems.push(`the JVM does not report ${flag}`);
  }
  return {
    verified: problems.length === 0,
    problems,
    preloaded: (environ.get('LD_PRELOAD') ?? '').split(/[ :]/).filter((path) => path !== ''),
    allocatorLibrary: served,
    ...(version === undefined || served !== wanted ? {} : { allocatorVersion: version }),
    readBack: {},
    environment: Object.fromEntries([...environ].filter(([name]) => changesMalloc(name))),
    jvmFlags: jvmFlags.filter((flag) => reported.has(flag)),
  };

  function otherGlibc(files: Iterable<string>): string {
    return [...files].find((path) => glibcFile.test(path)) ?? wanted;
  }

  function isPreloadableAllocator(path: string): boolean {
    return allocatorKeys.some(
      (key) => runnable[key].origin !== 'libc' && installs[key].libraries.some((name) => isVersionOf(basename(path), name)),
    );
  }
}

/** `libjemalloc.so.2` and `libmimalloc.so.2.0` are versions of themselves; so is `libtcmalloc_minimal.so.4.5.9` of `libtcmalloc_minimal.so.4`. */
function isVersionOf(file: string, soname: string): boolean {
  return file === soname || file.startsWith(`${soname}.`);
}
