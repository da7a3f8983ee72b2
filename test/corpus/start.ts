import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { locateAllocator } from '../../src/allocators/locate.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { readHugePageSettings } from '../../src/process/huge-page-settings.ts';
import { makeLimitedGroup } from '../../src/process/limited-group.ts';
import { sameEverywhere } from '../compiler-flags.ts';
import { endJvm } from '../end-jvm.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { plain, preloadable } from '../fixtures/preload.ts';
import type { Label } from './labels.ts';

const sources = fileURLToPath(new URL('.', import.meta.url));
/** What says how they are compiled. */
const withFlags = [import.meta.url, new URL('../compiler-flags.ts', import.meta.url)].map((url) => fileURLToPath(url));
export const built = fileURLToPath(new URL('../../build/test-corpus', import.meta.url));
const stamp = join(built, 'compiled');
/** Of a shell whose first argument is the folder. It becomes the program, as whose pid it goes on. */
const mountAndRun = 'mount -t tmpfs tmpfs "$1"; shift; exec "$@"';
/** Each takes under two seconds on an idle machine. */
const readyTimeoutMs = 250_000;
const noHugePages = 'this machine gives nobody transparent huge pages: /sys/kernel/mm/transparent_hugepage/enabled';
export const cgroups = '/sys/fs/cgroup/memory';

export interface Patient {
  pid: number;
  /** Ends the program, and waits for its end. */
  stop(): Promise<void>;
}

/** Compiles what the labels name, when the sources are newer than what is there: in a folder of its own first, as another process may do so too. */
export function compileCorpus(): void {
  const languages = ['c', 'java'].map((name) => join(sources, name));
  const files = [...withFlags, ...languages.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))];
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  const partial = `${built}.${process.pid}`;
  compileInto(partial);
  mkdirSync(built, { recursive: true });
  for (const name of readdirSync(partial)) renameSync(join(partial, name), join(built, name));
  rmdirSync(partial);
  writeFileSync(stamp, '');
}

function compileInto(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // -fno-builtin: a compiler that knows malloc leaves out blocks that nobody reads.
  const flags = [...sameEverywhere, '-std=gnu11', '-O1', '-fno-builtin', '-pthread', '-Wall', '-Wextra', '-Werror'];
  const c = join(sources, 'c');
  for (const name of readdirSync(c).filter((file) => file.endsWith('.c'))) {
    compile('cc', [...flags, join(c, name), '-o', join(folder, name.replace(/\.c$/, ''))]);
  }
  compile('cc', [...flags, '-DLIBRARY', '-shared', '-fPIC', join(c, 'mmap_user.c'), '-o', join(folder, 'mmap_user.so')]);
  const java = join(sources, 'java');
  compile('javac', [
    '--release',
    '17',
    '-nowarn',
    '-XDignore.symbol.file',
    '-d',
    folder,
    ...readdirSync(java).map((file) => join(java, file)),
  ]);
}

function compile(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.at(-1)} failed:\n${stderr}`);
}

/** Why this machine cannot run it; undefined when it can. */
export async function whyNot({ preload = [], tmpfs, limitMib, hugePages }: Label): Promise<string | undefined> {
  if (limitMib !== undefined && !existsSync(join(cgroups, 'memory.limit_in_bytes'))) return 'no memory cgroup v1 is mounted';
  if (limitMib !== undefined && process.getuid?.() !== 0) return 'only root makes a memory cgroup';
  if (tmpfs !== undefined && !canMount) return cannotMount;
  if (hugePages && !['madvise', 'always'].includes(readHugePageSettings()?.enabled ?? '')) return noHugePages;
  for (const name of preload) {
    if (name === 'meter' || name === 'mmap_user') continue;
    const location = await locateAllocator(name, execaRunner);
    if (!location.found) return location.reason;
  }
  return undefined;
}

/** Starts it, and resolves when it says that its memory is as the label tells. */
export async function startPatient(label: Label): Promise<Patient> {
  const { program, environment = {}, tmpfs, limitMib } = label;
  const preload = await Promise.all((label.preload ?? []).map(libraryOf));
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...(process.env['JAVA_HOME'] ? { JAVA_HOME: process.env['JAVA_HOME'] } : {}),
    ...environment,
    ...(preload.length > 0 ? { LD_PRELOAD: preload.join(':') } : {}),
  };
  const bare = 'c' in program ? [join(built, program.c)] : ['java', ...program.flags, '-cp', plain(built), program.java];
  const command = tmpfs === undefined ? bare : inMountNamespace(mountAndRun, [tmpfs, ...bare]).flat();
  const name = `offheap-corpus-${process.pid}`;
  const group =
    limitMib === undefined ? undefined : makeLimitedGroup({ version: 1, folder: cgroups }, name, limitMib * bytesPerMiB);
  // The shell goes into the group before it becomes the program, so that every page is charged there.
  const [file = '', ...args] = group ? ['sh', '-c', `echo $$ > ${group.procsFile} && exec "$@"`, 'sh', ...command] : command;
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const stop = async () => {
    await endJvm(child);
    // Whoever the program started may take a moment longer to end than the program.
    await group?.remove();
  };
  const timer = setTimeout(() => child.kill('SIGKILL'), readyTimeoutMs);
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== '@phase ready') continue;
    clearTimeout(timer);
    return { pid: child.pid ?? 0, stop };
  }
  await stop();
  throw new Error(`${label.name}: the program ended before it was ready`);
}

async function libraryOf(name: NonNullable<Label['preload']>[number]): Promise<string> {
  if (name === 'meter') return preloadable('meter');
  if (name === 'mmap_user') return plain(join(built, 'mmap_user.so'));
  const location = await locateAllocator(name, execaRunner);
  if (!location.found) throw new Error(location.reason);
  return location.library;
}
