// The article's experiment and its page. Usage: npm run article [-- --quick | --report]
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { configurationsOf } from '../dist/allocators/configurations.js';
import { toCurrentVersion } from '../dist/model/result-versions.js';
import { fail, say, which } from '../scripts/lib/run.mjs';
import { captureChapters } from './chapters.mjs';
import { drawCharts } from './charts.mjs';
import { figuresOf } from './figures.mjs';
import { measureDriven, measureRow, packJar, readJson, writeJson } from './measure.mjs';
import { renderPage } from './page.mjs';
import { planRows } from './plan.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, report: { type: 'boolean' }, output: { type: 'string', default: join(root, 'docs') } },
});
const results = join(root, 'article', 'results');

if (!values.report) await measure(values.quick === true ? 'quick' : 'full').catch(({ message }) => fail(message));
writePage(values.output);

async function measure(mode) {
  if (!which('mvn')) fail('expected Maven on PATH, found none. Install it: apt-get install maven');
  // Beside each other: what was begun in one mode is no part of the other.
  const progress = join(root, 'build', 'article', mode);
  mkdirSync(progress, { recursive: true });
  const rows = planRows(mode === 'quick').filter(({ allocators }) => allocators !== '');
  for (const version of new Set(rows.map((row) => row.version))) {
    const { reason } = await packJar(root, version);
    for (const row of rows.filter((candidate) => candidate.version === version)) {
      say(`${row.name} (${rows.indexOf(row) + 1} of ${rows.length})${reason ? `: left out, ${reason}` : ''}`);
      const result = reason ? { reason } : await measureRow(root, progress, row);
      if (reason) writeJson(join(progress, `${row.name}.json`), result);
      if (row.degree === 'all' && figuresOf({ [row.name]: result })(version, 'all', 'glibc').reason) {
        say(`${version}: its classes are driven directly`);
        await measureDriven(root, progress, version);
      }
    }
  }
  const chapters = join(progress, 'chapters.json');
  say('what the commands of the page print');
  if (!existsSync(chapters)) writeJson(chapters, await captureChapters(root));

  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  for (const file of readdirSync(progress)) writeJson(join(results, file), readJson(join(progress, file)));
  writeJson(join(results, 'run.json'), { mode });
  rmSync(progress, { recursive: true });
}

/** @param output the folder of article.md, and of its charts' folder */
function writePage(output) {
  const raw = Object.fromEntries(readdirSync(results).map((file) => [file.replace(/\.json$/, ''), readJson(join(results, file))]));
  const { chapters, run, ...measured } = raw;
  const rows = Object.fromEntries(Object.entries(measured).map(([name, result]) => [name, toCurrentVersion(result)]));
  const keys = configurationsOf(undefined).map(({ key }) => key);
  const charts = drawCharts(figuresOf(rows), keys);
  const folder = join(output, 'article');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of Object.entries(charts)) writeFileSync(join(folder, name), svg);
  const file = join(output, 'article.md');
  writeFileSync(file, renderPage({ ...run, rows, chapters }, keys, Object.keys(charts)));
  say(`wrote ${file}`);
}
