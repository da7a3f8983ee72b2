// What is known of cells that are not green: the fault, as scripts/matrix/checks.mjs says it, and why it is so.

/** @type {{ pattern: RegExp, from?: number, to?: number, sentence: string }[]} The first that matches counts. `from`, `to`: of JDKs from and up to these. */
const explained = [];

/** The sentence that explains a fault on a JDK; undefined where none does. */
export function explanationOf(fault, feature) {
  return explained.find(({ pattern, from = 8, to = 99 }) => pattern.test(fault) && from <= feature && feature <= to)?.sentence;
}
