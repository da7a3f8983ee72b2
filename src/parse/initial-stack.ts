/** What the kernel has put at the upper end of a program's stack (execve(2); fs/binfmt_elf.c, create_elf_tables). */
export interface InitialStack {
  /** Empty where it was not found. */
  argv: string[];
  environment: Map<string, string>;
}

/** As many as a result ever shows; the others are of no use to it. */
const mostStrings = 65_536;
const assignment = /^([A-Za-z_][\w.%()-]*)=(.*)$/s;

/**
 * Arguments and environment of a program from the end of its stack, where they lie one behind the other, the name of its file last. They are as it was started with, or has written
 * since. `beginning`: how its arguments begin, joined by spaces; the kernel notes the first 80 bytes.
 */
export function parseInitialStack(bytes: Buffer, beginning: string): InitialStack {
  const strings = stringsFromEnd(bytes);
  const environment = new Map<string, string>();
  let next = 1;
  for (; next < strings.length; next++) {
    const [, name, value = ''] = assignment.exec(strings[next] ?? '') ?? [];
    if (name === undefined) break;
    environment.set(name, value);
  }
  return { argv: argvBefore(strings.slice(next), beginning), environment };
}

/** The last one first. What pads the end is no string, and an empty argument is one. */
function stringsFromEnd(bytes: Buffer): string[] {
  const strings: string[] = [];
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  while (end > 0 && strings.length < mostStrings) {
    const start = bytes.lastIndexOf(0, end - 1) + 1;
    strings.push(start > end ? '' : bytes.toString('utf8', start, end));
    end = Math.min(start, end + 1) - 1;
  }
  return strings;
}

/** Up to the one that they begin with. */
function argvBefore(reversed: readonly string[], beginning: string): string[] {
  const wanted = beginning.trimEnd();
  if (wanted === '') return [];
  const first = reversed.findIndex((_, index) => beginsAt(reversed, index, wanted));
  return first < 0 ? [] : reversed.slice(0, first + 1).reverse();
}

/** Looks no farther than `wanted` is long: there may be as many that begin with its first word as strings. */
function beginsAt(reversed: readonly string[], first: number, wanted: string): boolean {
  let text = reversed[first] ?? '';
  if (text === '') return false;
  for (let index = first - 1; index >= 0 && text.length < wanted.length && wanted.startsWith(text); index--)
    text += ` ${reversed[index] ?? ''}`;
  return text.startsWith(wanted);
}
