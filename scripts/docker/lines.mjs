// The lines of the documents, as they are printed there: so that what is tried is what a person types.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pages = {
  kubernetes: '../../docs/kubernetes.md',
  readme: '../../README.md',
  standalone: '../../docs/standalone.md',
};
const besideIt = /docker run --rm -it --user=0 --pid=container:web \S+ \S+ doctor 1(?=`|\n)/g;
const onTheHost = /offheap doctor --container=web(?=`|\s)/g;

/**
 * @returns {{ beside: string, host: string, ofOneFile: string }} the line of a second container, with `$OFFHEAP_IMAGE` for the image; the host's; and that of docs/standalone.md,
 * which names the image itself
 * @throws Error where a page has no such line, or two that differ
 */
export function documentedLines(read = readPage) {
  const beside = only(
    [...found(read('kubernetes'), besideIt), ...found(read('readme'), besideIt)],
    'docs/kubernetes.md and README.md',
  );
  const host = only(found(read('kubernetes'), onTheHost), 'docs/kubernetes.md');
  return { beside, host, ofOneFile: only(found(read('standalone'), besideIt), 'docs/standalone.md') };
}

const readPage = (page) => readFileSync(fileURLToPath(new URL(pages[page], import.meta.url)), 'utf8');
const found = (text, pattern) => text.match(pattern) ?? [];

function only(lines, where) {
  const different = [...new Set(lines)];
  if (different.length !== 1)
    throw new Error(`expected one line of Docker in ${where}, found ${different.length}: ${different.join(' | ')}`);
  return different[0];
}

/** The line without a terminal, for another command and with more options of it. */
export function commandOf(line, command, more) {
  return [line.replace(' -it', '').replace(/doctor 1$/, `${command} 1`), ...more].join(' ');
}

/** The line as somebody types it who leaves out, or gives, an option of Docker. */
export function withOption(line, from, to) {
  if (!line.includes(from)) throw new Error(`expected ${from} in: ${line}`);
  return line.replace(from, to);
}
