import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderAims } from '../../../bench/lib/aims.mjs';

const page = `# Benchmarks

<!-- aims:begin -->
- An old one, at most 1×: **met**, 0.5×.
<!-- aims:end -->

<!-- one:begin -->
## What a look’s copy costs, and more

- Reading, at most 1.1× of copying: **not decided**, the interval has the aim inside, 1.09× (1.02 to 1.13).
- Noise: **not an aim**.
- A scrape of a | b, at most 100 ms: **met**, 31 ms.

Measured 2031-02-03 on 2 × Some Processor, Debian; JDK 17.0.15 2025-04-15.
<!-- one:end -->

<!-- two:begin -->
## Two

4 × Another, Linux 7, openjdk 17.0.15 2025-04-15, 2031-02-04. Again: \`npm run bench:two\`.

- RSS, at most 90 MB: **missed**, 97 MB: Node alone takes 45.
<!-- two:end -->
`;

test('each line of a section that says an aim is a row, with a link to the section; what is counted is what there is', () => {
  const text = renderAims(page);
  expect(text.match(/^\|.*$/gm).map((row) => row.replaceAll(/ +/g, ' '))).toEqual([
    '| section | aim | figure | |',
    expect.stringMatching(/^\| -+ \|/),
    '| [What a look’s copy costs, and more](#what-a-looks-copy-costs-and-more) | Reading, at most 1.1× of copying | 1.09× (1.02 to 1.13) | **not decided** |',
    '| [What a look’s copy costs, and more](#what-a-looks-copy-costs-and-more) | A scrape of a \\| b, at most 100 ms | 31 ms | met |',
    '| [Two](#two) | RSS, at most 90 MB | 97 MB: Node alone takes 45 | **missed** |',
  ]);
  expect(text).toContain('3 aims: 1 met, 1 missed, 1 not decided.');
});

test('figures of two machines or days are told apart, and those of one are not', () => {
  expect(renderAims(page)).toContain(
    '- 2 × Some Processor, 2031-02-03: What a look’s copy costs, and more.\n- 4 × Another, 2031-02-04: Two.',
  );
  const same = page.replace('4 × Another', '2 × Some Processor').replace('2031-02-04', '2031-02-03');
  expect(renderAims(same)).toContain('All of it was measured on one machine in one day: 2 × Some Processor, 2031-02-03.');
});

test('the table at the head of BENCHMARKS.md is that of its sections', () => {
  const benchmarks = readFileSync(new URL('../../../BENCHMARKS.md', import.meta.url), 'utf8');
  const [, head] = /<!-- aims:begin -->\n([\s\S]*?)\n<!-- aims:end -->/.exec(benchmarks);
  expect(head).toBe(renderAims(benchmarks));
});
