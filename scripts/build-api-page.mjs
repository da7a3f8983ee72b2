// Fills the tables of docs/api.md from the types; a test holds them fresh. Usage: npm run build:api-page, after a change of an option or its docstring.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderApiPage } from './lib/api-page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
writeFileSync(join(root, 'docs', 'api.md'), renderApiPage(root).page);
