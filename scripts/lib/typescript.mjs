// Runs TypeScript as it is written: node --import ./scripts/lib/typescript.mjs FILE.ts. Node 20 cannot, and what a benchmark shares with the tests is TypeScript.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
