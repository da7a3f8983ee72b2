import { shellLine } from '../../model/shell-words.ts';

/** What a comparison has of its own, or prints for itself: those with a value, and those without. */
const valued = new Set(['--allocator', '--budget', '--format', '--output', '--seed', '--results']);
const plain = new Set(['--explore', '--quiet', '-q']);

/** The words of this command as a comparison of certain configurations, for a shell. */
export function commandToCompare(words: readonly string[], allocators: string): string {
  const kept: string[] = [];
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  for (let at = 0; at < options.length; at++) {
    const word = options[at] ?? '';
    const [name = ''] = word.split('=');
    if (plain.has(word)) continue;
    if (valued.has(name)) at += word.includes('=') ? 0 : 1;
    else kept.push(word);
  }
  return shellLine(['offheap', ...kept, `--allocator=${allocators}`, ...(end < 0 ? [] : words.slice(end))]);
}
