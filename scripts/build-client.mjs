// Bundles the script and the style of the HTML report, uPlot's among them, into dist/client: the report carries them as text. The licence of what
// is bundled goes along, since it has to be in every copy.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
copyFileSync(join(root, 'node_modules', 'uplot', 'LICENSE'), join(out, 'LICENSES.txt'));
