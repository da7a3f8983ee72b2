import { printableName } from '../model/printable.ts';
import { sectionOf } from './hs-err.ts';
import { linesOf, matchLine } from './lines.ts';

/** How a JVM was started, as its error report tells. */
export interface HsErrSettings {
  /** The launcher, flags, main class and its arguments. */
  command: string[];
  /** Flags that are not at their default, as VM.flags prints them. */
  flags: string[];
  /** Those of its variables that the report has. */
  environment: Map<string, string>;
}

export function parseHsErrSettings(text: string): HsErrSettings {
  const arguments_ = sectionOf(text, 'VM Arguments:');
  const jvmArguments = wordsOf(matchLine(arguments_, /^jvm_args: (.*)/)?.[1]);
  const java = wordsOf(matchLine(arguments_, /^java_command: (.*)/)?.[1]).filter((word) => word !== '<unknown>');
  const flags = flagsOf(sectionOf(text, '[Global flags]'));
  return {
    command: jvmArguments.length + java.length === 0 ? [] : ['java', ...jvmArguments, ...withJarOption(java)].map(printableName),
    flags: flags.length > 0 ? flags : jvmArguments.filter((word) => word.startsWith('-XX:')).map(printableName),
    environment: environmentOf(sectionOf(text, 'Environment Variables:')),
  };
}

const maxWords = 4096;

function wordsOf(line: string | undefined): string[] {
  return (line ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, maxWords);
}

/** The JVM tells the jar in the place of the main class. */
function withJarOption([main = '', ...others]: string[]): string[] {
  if (main === '') return [];
  return main.endsWith('.jar') ? ['-jar', main, ...others] : [main, ...others];
}

/** Since JDK 10: `   size_t MaxHeapSize   = 268435456   {product} {command line}` (jdk: jvmFlag.cpp, print_on). */
const flagLine = /^ *(\w{1,40}) +(\w{1,80}) += (\S{0,200}) *\{/;

function flagsOf(section: string): string[] {
  const flags: string[] = [];
  for (const line of linesOf(section)) {
    const [, type, name = '', value = ''] = flagLine.exec(line) ?? [];
    if (type === undefined) continue;
    flags.push(printableName(type === 'bool' ? `-XX:${value === 'true' ? '+' : '-'}${name}` : `-XX:${name}=${value}`));
  }
  return flags;
}

function environmentOf(section: string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const line of linesOf(section)) {
    const at = line.indexOf('=');
    if (at > 0 && /^\w+$/.test(line.slice(0, at)))
      variables.set(printableName(line.slice(0, at)), printableName(line.slice(at + 1)));
  }
  return variables;
}
