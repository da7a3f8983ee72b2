import { join } from 'node:path';
import { findAllocator } from '../../src/allocators/locate.ts';
import { preloadLibraryPath } from '../../src/native/preload-paths.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { built, builtIn, sourcesIn } from './compile.ts';
import { jarPath } from './libraries.ts';
import type { JavaProgram, Preload, Program } from './run.ts';

type Plain = (path: string) => string;

/** The file without which it cannot be run. */
export function fileOf(program: Program): string {
  if ('java' in program) return join(classesOf(program), `${program.java}.class`);
  if ('python' in program) return sourcesIn(join('python', `${program.python}.py`));
  if ('node' in program) return sourcesIn(join('node', `${program.node}.mjs`));
  if ('c' in program) return join(built, program.c);
  if ('cpp' in program) return join(builtIn('cpp'), program.cpp);
  if ('go' in program) return join(builtIn('go'), program.go);
  return join(builtIn('rust'), program.rust);
}

function classesOf({ jars, since }: JavaProgram): string {
  if (jars !== undefined) return builtIn('java-libraries');
  return since === undefined ? built : builtIn(`java-${since}`);
}

/** What is run, and its arguments. */
export function commandOf(program: Program, plain: Plain): string[] {
  if ('java' in program) return javaCommand(program, plain);
  if ('python' in program) return ['python3', '-B', fileOf(program)];
  if ('node' in program) return [process.execPath, fileOf(program), ...(program.arguments ?? [])];
  return [fileOf(program)];
}

function javaCommand(program: JavaProgram, plain: Plain): string[] {
  const { java, flags, jars = [], javaHome } = program;
  const classPath = [...new Set([classesOf(program), built])].map(plain).concat(jars.map((name) => plain(jarPath(name))));
  const launcher = javaHome === undefined ? 'java' : join(javaHome, 'bin', 'java');
  return [launcher, ...flags, '-cp', classPath.join(':'), java, ...(program.arguments ?? [])];
}

export function librariesOf(preload: readonly Preload[], plain: Plain): Promise<string[]> {
  return Promise.all(preload.map((name) => libraryOf(name, plain)));
}

async function libraryOf(name: Preload, plain: Plain): Promise<string> {
  if (name === 'meter') return plain(preloadLibraryPath('meter'));
  if (name === 'mmap_user') return plain(join(built, 'mmap_user.so'));
  const location = await findAllocator(name, execaRunner);
  if (!location.found) throw new Error(location.reason);
  return location.library;
}
