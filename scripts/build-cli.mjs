// Bundles the compiled command line into dist/offheap.cjs, which bin/offheap.js loads, with the licences of what went in. Usage: npm run build:ts
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommandLine, licencesOf } from './lib/bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { text, packages } = await bundleCommandLine({
  root,
  target: 'node20.17',
  modulePlace: "require('node:url').pathToFileURL(require('node:path').join(__dirname, 'process/paths.js')).href",
  // Names and short lines, for a stack trace shows them.
  options: { minifyWhitespace: true, minifySyntax: true, lineLimit: 160, legalComments: 'none' },
});
const id = createHash('sha256').update(text).digest('hex');
writeFileSync(join(root, 'dist', 'offheap.cjs'), `//${id}\n${text}`);
writeFileSync(join(root, 'dist', 'LICENSES.txt'), licencesOf(root, packages));
