import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { isShell } from '../parse/java-command.ts';
import { matchedText } from '../process/command-line.ts';

/** Which processes are exported: JVMs, or those whose command line a pattern matches. */
export type Selection = { kind: 'java' } | { kind: 'pattern'; pattern: RegExp };

/** The value of --select. */
export function parseSelection(text: string): Selection {
  if (text === 'java') return { kind: 'java' };
  try {
    return { kind: 'pattern', pattern: new RegExp(text) };
  } catch {
    throw new OffheapError(
      'USAGE',
      `Expected --select to be java or a regular expression for command lines, got ${quote(text)}. To select by a word, give the word.`,
    );
  }
}

export function isSelected(selection: Selection, isJvm: boolean, argv: readonly string[]): boolean {
  return selection.kind === 'java' ? isJvm : !isShell(argv) && selection.pattern.test(matchedText(argv));
}
