// The table of docs/support.md that `npm run test:docker` writes.
import { markdownTable } from 'markdown-table';

const columns = {
  line: 'the line',
  host: '`--container`',
  rights: 'too few rights',
  doctor: 'doctor',
  owners: 'owners',
  histo: 'histo',
  '--gc': '--gc',
  '--trim': '--trim',
  counters: 'live blocks',
};

/** @param {object[]} results of `tryBase` @param {{ engine: string, image?: { isBuilt: boolean, seconds?: number, bytes: number } }} run */
export function renderBases(results, { engine, image }) {
  const notes = [];
  const rows = results.map((result) => rowOf(result, notes));
  const header = ['base', 'the program', 'JDK', ...Object.values(columns), 'on'];
  const beneath = notes.map((note, index) => `${index + 1}. ${note}`);
  const parts = [markdownTable([header, ...rows]), `Docker ${engine}. ${imageSentence(image)}`, beneath.join('\n')];
  return parts.filter((part) => part !== '').join('\n\n');
}

function rowOf({ title, with: program, jdk, at, error, checks = {} }, notes) {
  if (error !== undefined)
    return [
      title,
      program,
      String(jdk ?? ''),
      `✗ ${error}`,
      ...Object.keys(columns)
        .slice(1)
        .map(() => ''),
      '',
    ];
  const version = checks.doctor?.figures?.version ?? String(jdk ?? '');
  return [title, program, version, ...Object.keys(columns).map((name) => mark(checks[name], notes)), at.slice(0, 10)];
}

function mark(check, notes) {
  if (check === undefined) return '';
  if (check.faults.length > 0) return `✗ ${check.faults.join('; ').replaceAll('|', '/').replaceAll('\n', ' ').slice(0, 200)}`;
  for (const note of check.notes) if (!notes.includes(note)) notes.push(note);
  const numbers = check.notes.map((note) => notes.indexOf(note) + 1);
  const figure = check.figures?.liveBlocks;
  return [
    figure === undefined ? '✓' : `${figure.toLocaleString('en')} ✓`,
    ...(numbers.length > 0 ? [numbers.join(', ')] : []),
  ].join(' ');
}

function imageSentence(image) {
  if (image === undefined) return '';
  const size = `${(image.bytes / 1e6).toFixed(0)} MB`;
  if (!image.isBuilt) return `The image is made of the single file as \`Dockerfile.small\` says: ${size}.`;
  return `\`docker build -f Dockerfile.small --target=debug .\` took ${(image.seconds / 60).toFixed(0)} minutes; the image has ${size}.`;
}
