import { printable, printableName } from '../model/printable.ts';
import { formatCount } from '../model/units.ts';
import { readProcArguments } from './proc-file.ts';

/** As much as the kernel takes for one argument (execve(2), MAX_ARG_STRLEN). */
export const maxArgumentsBytes = 128 * 1024;
/** What a result shows of it. */
export const longestCommand = 8 * 1024;
/** As far as a pattern looks: it takes time for every character, of every process of the host. */
export const longestMatched = 16 * 1024;

/**
 * The arguments of a process, as it was started with or has written since: some write one text, and fill what is left with zeros. Empty for one that is
 * gone, or that belongs to another user, and for a kernel thread. They are printable, and of more than 128 KiB the first, which the last element says.
 */
export async function readArguments(pid: number): Promise<string[]> {
  const { text, isCut } = await readProcArguments(pid, maxArgumentsBytes).catch(() => ({ text: '', isCut: false }));
  const withoutPadding = text.slice(0, lengthWithoutPadding(text));
  const argv = withoutPadding === '' ? [] : withoutPadding.split('\0').map(printable);
  return isCut ? [...argv, `… (more than ${formatCount(maxArgumentsBytes)} bytes)`] : argv;
}

/** Not by a pattern: with 120,000 empty arguments before one that is not, it begins anew at each of them, and takes seconds. */
function lengthWithoutPadding(text: string): number {
  let length = text.length;
  while (text.charCodeAt(length - 1) === 0) length--;
  return length;
}

/** The same as a result shows them. */
export async function readCommandLine(pid: number): Promise<string[]> {
  return shortenCommand(await readArguments(pid));
}

/** Arguments cut as names are, for what comes behind a class path says more than all of it; and 8 KiB of them. What is left out is counted in its place. */
export function shortenCommand(argv: readonly string[]): string[] {
  const shortened: string[] = [];
  let left = longestCommand;
  for (const argument of argv) {
    const shown = printableName(argument);
    if (shown.length > left) return [...shortened, `… (${formatCount(argv.length - shortened.length)} arguments more)`];
    left -= shown.length + 1;
    shortened.push(shown);
  }
  return shortened;
}

/** What a pattern is held against. */
export function matchedText(argv: readonly string[]): string {
  return argv.join(' ').slice(0, longestMatched);
}
