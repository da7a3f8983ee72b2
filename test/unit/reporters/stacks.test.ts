import { expect, test } from 'vitest';
import { doctorFile } from '../../../src/model/doctor-file.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { renderDoctorHtml } from '../../../src/reporters/html/doctor-page.ts';
import { renderHtml } from '../../../src/reporters/html/result-page.ts';
import { reporters } from '../../../src/reporters/reporter.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';
import { doctorResultOf } from '../../fixtures/doctor.ts';
import { plainText } from '../../fixtures/terminal.ts';

const assets = () => ({ script: '', style: '', licences: '' });
const stacks = {
  bytes: 50 * bytesPerMiB,
  top: [{ bytes: 40 * bytesPerMiB, frames: ['inflateInit2_', 'LeakyStream.<init>', 'a\u001b[31mred'] }],
  collapsedFile: '/results/stacks-7.collapsed',
  flameGraphFile: '/results/stacks-7.html',
};
const phases = phasesOf({ baseline: 100, loaded: [200, 60], settled: 200 });
const profiled = resultOf([cellOf({ phases, stacks })]);

test('table and Markdown: per configuration who holds most, and nothing that steers a terminal', () => {
  const told = [
    'glibc: stacks of 50 of 60 MiB live at the end of the burst; flame graph: /results/stacks-7.html',
    '  40 MiB',
    '    at inflateInit2_',
    '    at LeakyStream.<init>',
    '    at a\\u{1b}[31mred',
  ].join('\n');
  expect(reporters.table(profiled, plainText)).toContain(told);
  expect(reporters.markdown(profiled)).toContain(`\`\`\`\n${told}\n\`\`\``);
});

test('the report has a section of them, and none where nothing was profiled', () => {
  const page = renderHtml(profiled, { assets });
  expect(page).toContain('<h2 id="stacks">Who allocated it</h2>');
  expect(page).toContain(
    '<summary>40 MiB</summary><ol><li><code>inflateInit2_</code></li><li><code>LeakyStream.&lt;init&gt;</code></li>',
  );
  expect(renderHtml(resultOf([cellOf({ phases })]), { assets })).not.toContain('id="stacks"');
});

test('the doctor’s report: --stacks and --peek, escaped', () => {
  const peek = [
    {
      start: 0x7f00,
      end: 0x8f00,
      name: 'glibc main',
      rssBytes: 3 * bytesPerMiB,
      pages: 3,
      contents: { text: 1, binary: 2 },
      excerpts: ['<b>'],
    },
  ];
  const result = doctorResultOf({ peek, stacks: { intervalMs: 5000, ...stacks } });
  expect(doctorFile.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  const page = renderDoctorHtml(result, { assets });
  expect(page).toContain('What was allocated in 5.0 s and not freed');
  expect(page).toContain(
    '<th scope="row">7f00</th><td class="text">glibc main</td><td>3</td><td class="text">2 binary<br>1 text<br></td>',
  );
  expect(page).toContain('<code>&lt;b&gt;</code>');
  expect(renderDoctorHtml(doctorResultOf(), { assets })).not.toMatch(/id="(stacks|peek)"/);
});
