// What is known of cells that are not green: the fault, as scripts/matrix/checks.mjs says it, and why it is so.

/** @type {{ pattern: RegExp, sentence: string }[]} The first that matches counts. */
export const explained = [];
