// Bundles the script and the style of the HTML report, those of its libraries among them, into dist/client: the report carries them as text. The
// licences of what is bundled go along, since they have to be in every copy.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licenceText } from './lib/bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'client');

mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: { report: 'src/client/main.ts' },
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  outdir: out,
  tsconfig: 'tsconfig.client.json',
  legalComments: 'inline',
  logLevel: 'warning',
});
await build({
  absWorkingDir: root,
  entryPoints: { report: 'src/client/report.css' },
  bundle: true,
  minify: true,
  outdir: out,
  logLevel: 'warning',
});
const licences = ['uplot', 'd3-hierarchy'].map((name) => `${name}\n\n${licenceText(root, join('node_modules', name))}`);
writeFileSync(join(out, 'LICENSES.txt'), licences.join('\n'));
