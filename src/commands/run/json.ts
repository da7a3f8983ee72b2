import { toPrintableJson } from '../../model/printable.ts';

/** A result for programs. */
export function toJson(value: object): string {
  return `${toPrintableJson(value, 2)}\n`;
}
