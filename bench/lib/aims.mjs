// The head of BENCHMARKS.md: every aim of its sections in one table, and on which machine and day the figures were taken. A section says an aim as a line of a list,
// "- What, at most so much: **met**, figure."
import { markdownTable } from 'markdown-table';

const verdicts = ['met', 'missed', 'not decided', 'too few rounds to tell'];
const aimLine = new RegExp(`^- (.+?): \\*\\*(${verdicts.join('|')})\\*\\*(.*)$`, 'gm');

/** Markdown of the page's head, from the page. */
export function renderAims(page) {
  const sections = sectionsOf(page);
  const rows = sections.flatMap(({ title, text }) =>
    aimsOf(text).map(({ aim, verdict, figure }) => [
      `[${title}](#${anchor(title)})`,
      escaped(aim),
      escaped(figure),
      verdict === 'met' ? verdict : `**${verdict}**`,
    ]),
  );
  const counts = verdicts.flatMap((verdict) => {
    const count = rows.filter((row) => row.at(-1).replaceAll('*', '') === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return [
    '## Aims',
    `${rows.length} aims: ${counts.join(', ')}. An aim is met or missed when the whole 95 % interval of the figure is on one side of it.`,
    markdownTable([['section', 'aim', 'figure', ''], ...rows]),
    places(sections),
  ].join('\n\n');
}

/** `{ name, title, text }` of each section, in the order of the page. */
function sectionsOf(page) {
  return [...page.matchAll(/<!-- ([\w-]+):begin -->\n([\s\S]*?)\n<!-- \1:end -->/g)]
    .filter(([, name]) => name !== 'aims')
    .map(([, name, text]) => ({ name, text, title: /^## (.+)$/m.exec(text)?.[1] ?? name }));
}

function aimsOf(text) {
  return [...text.matchAll(aimLine)].map(([, aim, verdict, rest]) => {
    const figure = rest.replace(/^, the interval has the aim inside/, '').replace(/^[,:]? ?|\.$/g, '');
    return { aim, verdict, figure };
  });
}

/** By machine and day, since figures of two of them are not to be compared. */
function places(sections) {
  const byPlace = new Map();
  for (const { title, text } of sections) {
    const [line, machine] = /^.*\b(\d+ × [^,\n]+),.*$/m.exec(text) ?? [];
    // The latest: a version of a JDK has a day, too.
    const day = line
      ?.match(/\b\d{4}-\d\d-\d\d\b/g)
      ?.sort()
      .at(-1);
    if (machine === undefined || day === undefined) continue;
    const place = `${machine}, ${day}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), title]);
  }
  const [first, ...others] = [...byPlace];
  if (first === undefined) return 'No section has been measured.';
  if (others.length === 0) return `All of it was measured on one machine in one day: ${first[0]}.`;
  return [
    'Not all was measured on one machine in one day. Ratios within a section hold; figures of two places are not to be compared:',
    [...byPlace].map(([place, titles]) => `- ${place}: ${titles.join('; ')}.`).join('\n'),
  ].join('\n\n');
}

/** As GitHub makes it of a heading. */
const anchor = (title) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const escaped = (text) => text.replaceAll('|', '\\|');
