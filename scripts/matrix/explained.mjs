// What is known of cells that are not green: the fault, as scripts/matrix/checks.mjs says it, and why it is so.

/** @type {{ pattern: RegExp, from?: number, to?: number, sentence: string }[]} The first that matches counts. `from`, `to`: of JDKs from and up to these. */
export const explained = [];
