const widthWithoutTerminal = 100;

/** Columns to lay text out in. */
export function terminalWidth(): number {
  return process.stdout.columns ?? widthWithoutTerminal;
}
