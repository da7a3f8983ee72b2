import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jarPath } from '../corpus/libraries.ts';
import { listen } from '../corpus/said.ts';
import { endJvm } from '../end-jvm.ts';
import type { OwnersCase } from './cases.ts';
import { classPathOf, nativeLibrary } from './compile.ts';
import { type Truth, truths } from './judge.ts';
import { springJars } from './libraries.ts';

const readyTimeoutMs = 250_000;
const start = '@truth ';

export interface Running {
  pid: number;
  truth: Truth[];
  /** Ends it, and waits for its end. */
  stop(): Promise<void>;
}

/** Why this machine cannot run it; undefined when it can. */
export function whyNot(one: OwnersCase, javaHome: string | undefined): string | undefined {
  if (javaHome === undefined) return 'its JDK is not here';
  const missing = [...jarsOf(one), nativeLibrary, `${join(classPathOf(one.folder ?? 'java')[0] ?? '', one.java)}.class`].find(
    (file) => !existsSync(file),
  );
  return missing === undefined ? undefined : `${missing} is not here: a compiler or a library is missing`;
}

function jarsOf({ folder, jars = [] }: OwnersCase): readonly string[] {
  return folder === 'spring' ? springJars : jars.map(jarPath);
}

/**
 * Resolves when it has said what is true of it.
 *
 * @param plain makes names that a class path can carry
 * @param before what starts it, such as env with its arguments
 * @throws Error when it ends before
 */
export async function startOwnersCase(
  one: OwnersCase,
  javaHome: string,
  plain: (path: string) => string,
  before: readonly string[] = [],
): Promise<Running> {
  const { java, folder = 'java', flags = [], arguments: own = [] } = one;
  const classPath = [...classPathOf(folder), ...jarsOf(one)].map(plain).join(':');
  const args = [...flags, `-Djni=${plain(nativeLibrary)}`, '-cp', classPath, java, ...own];
  const [command = '', ...rest] = [...before, join(javaHome, 'bin', 'java'), ...args];
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = listen(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), readyTimeoutMs);
  const line = await said.first(start);
  const ready = await said.first('@phase ready').finally(() => clearTimeout(timer));
  const stop = () => endJvm(child);
  if (line === undefined || ready === undefined) {
    await stop();
    throw new Error(`${one.name}: the program ended before it was ready${said.failure()}`);
  }
  return { pid: child.pid ?? 0, truth: truths.parse(JSON.parse(line.slice(start.length))), stop };
}
