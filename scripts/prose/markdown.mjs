import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';

const extensions = { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] };

/** A part that a script writes stands between <!-- NAME --> and <!-- /NAME -->, in BENCHMARKS.md between NAME:begin and NAME:end. */
const generated = /<!-- ([\w-]+)(?::begin)? -->[\s\S]*?<!-- (?:\/\1|\1:end) -->/g;

/**
 * What a page says in sentences: its paragraphs, items and cells of tables, without code and without generated parts. A piece of code in a
 * line counts as one word, with a capital, for a sentence may begin with it.
 */
export function proseOf(markdown) {
  return textsIn(fromMarkdown(markdown.replaceAll(generated, ''), extensions));
}

function textsIn(node) {
  if (node.type === 'paragraph' || node.type === 'tableCell' || node.type === 'heading')
    return [wordsOf(node).replaceAll(/\s+/g, ' ')];
  return (node.children ?? []).flatMap(textsIn);
}

function wordsOf({ type, value, children = [] }) {
  if (type === 'text') return value;
  if (type === 'inlineCode') return 'Code';
  return type === 'break' ? ' ' : children.map(wordsOf).join('');
}
