import type { Compile } from '../model/compiler-evidence.ts';
import { printableName } from '../model/printable.ts';
import { linesOf } from './lines.ts';

const header = /^"([^"]{1,80})" /;
const prefix = '   Compiling: ';

/** The lines below the headers of compiler threads in `Thread.print`, of JDK 11 and later. */
export function parseCompiles(text: string): Compile[] {
  const compiles: Compile[] = [];
  let thread = '';
  for (const line of linesOf(text)) {
    if (line.startsWith('"')) thread = header.exec(line)?.[1] ?? '';
    else if (thread !== '' && line.startsWith(prefix)) compiles.push(...parseTask(line.slice(prefix.length), thread));
  }
  return compiles;
}

/**
 * The same of jvmstat's counters, for JDK 8, whose Thread.print does not tell: `sun.ci.compilerThread.1.method` is `java/lang/String hashCode` while that is
 * compiled (jdk 8: compiler/compileBroker.cpp, CompilerCounters). Sizes are not told.
 */
export function compilesOfCounters(counters: ReadonlyMap<string, string>): Compile[] {
  return [...counters].flatMap(([name, value]) => {
    const number = /^sun\.ci\.compilerThread\.(\d{1,4})\.method$/.exec(name)?.[1];
    const [type = '', method, more] = value.split(' ');
    if (number === undefined || type === '' || method === undefined || more !== undefined) return [];
    return [{ thread: `CompilerThread${number}`, method: printableName(`${type.replaceAll('/', '.')}::${method}`) }];
  });
}

/** `2541   %  b  4       Huge::m0 @ 2 (32634 bytes)`: number, flags, level and method (jdk: compiler/compileTask.cpp, print_impl). */
function parseTask(task: string, thread: string): Compile[] {
  const words = task.split(' ').filter(Boolean);
  const at = words.findIndex((word) => word.includes('::'));
  const method = words[at];
  if (method === undefined) return [];
  const bytes = words.slice(at).find((word, index, rest) => /^\(\d+$/.test(word) && rest[index + 1] === 'bytes)');
  return [
    {
      thread: printableName(thread),
      method: printableName(method),
      ...(bytes === undefined ? {} : { bytecodeBytes: Number(bytes.slice(1)) }),
    },
  ];
}
