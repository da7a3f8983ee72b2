/** Of a setting of the kernel that lists what it may be, such as `always [madvise] never`: the one in force. Undefined for text of another shape. */
export function parseChosen(text: string): string | undefined {
  const start = text.indexOf('[');
  const end = text.indexOf(']', start);
  const word = start < 0 || end < 0 ? '' : text.slice(start + 1, end);
  return /^[\w+]{1,32}$/.test(word) ? word : undefined;
}
