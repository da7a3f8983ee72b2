export const joinOr = (parts: readonly string[]) => join(parts, 'or');
export const joinAnd = (parts: readonly string[]) => join(parts, 'and');

/** `a, b and c`. */
function join(parts: readonly string[], word: string): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${word} ${last}`;
}
