/** A result for programs. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
