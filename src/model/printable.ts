/** Arguments, threads and files may be called anything: control characters would reach the terminal, and newlines forge lines. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
