// Writes schemas/*.json from the validators. They are part of the repository, so that a change of a result's shape is seen where it is reviewed; a test holds them fresh.
// Usage: npm run build:schemas, after a change in src/model.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderSchemas } from './lib/schemas.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(join(root, 'schemas'), { recursive: true });
for (const [file, text] of renderSchemas(root)) writeFileSync(join(root, file), text);
