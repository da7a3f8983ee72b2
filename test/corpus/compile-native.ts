import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findJavaHomes } from '../integration/java-homes.ts';
import { builtIn, compile, compileWhenNewer, sourcesIn } from './compile.ts';

export function compileJni(): void {
  compileJniInto(builtIn('jni'), 'jni');
}

/** Each source is a library of Java's native interface. False: no JDK here has jni.h. */
export function compileJniInto(target: string, from: string): boolean {
  const headers = [...new Set(findJavaHomes().map(({ java }) => join(dirname(dirname(java)), 'include')))].find((folder) =>
    existsSync(join(folder, 'jni.h')),
  );
  if (headers === undefined) return false;
  const options = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC'];
  const include = [`-I${headers}`, `-I${join(headers, 'linux')}`];
  compileWhenNewer(target, [from], (folder) => {
    for (const file of readdirSync(sourcesIn(from))) {
      compile('cc', [...options, ...include, join(sourcesIn(from), file), '-o', join(folder, file.replace(/\.c$/, '.so'))]);
    }
  });
  return true;
}

/** Each source is a program of its own. */
const compilers: readonly { folder: string; suffix: string; command: string; args(source: string, program: string): string[] }[] = [
  {
    folder: 'cpp',
    suffix: '.cpp',
    command: 'c++',
    args: (source, program) => ['-std=c++17', '-O1', '-pthread', source, '-o', program],
  },
  { folder: 'go', suffix: '.go', command: 'go', args: (source, program) => ['build', '-o', program, source] },
  { folder: 'rust', suffix: '.rs', command: 'rustc', args: (source, program) => ['-O', '-o', program, source] },
];

export function compileNative(): void {
  for (const { folder: from, suffix, command, args } of compilers) {
    if (spawnSync('which', [command]).status !== 0) continue;
    compileWhenNewer(builtIn(from), [from], (folder) => {
      for (const file of readdirSync(sourcesIn(from)).filter((name) => name.endsWith(suffix))) {
        compile(command, args(join(sourcesIn(from), file), join(folder, file.slice(0, -suffix.length))));
      }
    });
  }
}
