// Unpacks the Chromium of the npm package, with the libraries and fonts that it needs, into a folder. Usage: node unpack.mjs FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.argv[2]);
// The package unpacks there, and takes its libraries along only where it believes to be on the system they are from.
process.env['TMPDIR'] = folder;
process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs20.x';
const { resolve: find } = createRequire(join(folder, 'package.json'));
const { default: chromium } = await import(pathToFileURL(find('@sparticuz/chromium')));
await chromium.executablePath();

const fonts = join(folder, 'fonts', 'fonts.conf');
writeFileSync(fonts, readFileSync(fonts, 'utf8').replaceAll('>/tmp/', `>${folder}/`));
