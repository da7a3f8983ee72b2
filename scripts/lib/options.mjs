// Options of the project's scripts and benches. What the comment at the head of a script says of them is what --help prints.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fail } from './run.mjs';

/**
 * The options that a script was started with, as parseArgs of node:util reads them. Prints the head of the script and ends for --help; ends with a sentence for
 * what the script does not know.
 * @param {string} script its import.meta.url
 * @param {import('node:util').ParseArgsConfig['options']} options
 */
export function readOptions(script, options) {
  const { values, fault } = read({ ...options, help: { type: 'boolean', short: 'h' } });
  const path = fileURLToPath(script);
  if (fault !== undefined) fail(`${fault.split('. ')[0]}. ${basename(path)} knows ${known(options)}; --help says more.`);
  if (values.help) {
    process.stdout.write(`${headOf(path)}\n`);
    process.exit(0);
  }
  return values;
}

function read(options) {
  try {
    return parseArgs({ options });
  } catch (error) {
    return { fault: error.message };
  }
}

function known(options) {
  return Object.entries(options)
    .map(([name, { type }]) => (type === 'boolean' ? `--${name}` : `--${name}=…`))
    .join(', ');
}

function headOf(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const end = lines.findIndex((line) => !/^(\/\/|#!)/.test(line));
  return lines
    .slice(0, end)
    .filter((line) => line.startsWith('//'))
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}
