import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { fail } from '../lib/run.mjs';

const compiled = new URL('../../dist/command-list.js', import.meta.url);

/** What the help of each command says in sentences, of the command line as it is compiled. */
export async function helpTexts() {
  if (!existsSync(compiled)) fail('expected the compiled command line in dist, found none. Run: npm run build:ts');
  const { commandList } = await import(compiled);
  const definitions = await Promise.all(commandList.map(({ load }) => load()));
  return definitions.map(({ name, summary, description, manual, configure }) => {
    const command = new Command(name);
    configure(command);
    const arguments_ = command.registeredArguments.map((argument) => argument.description);
    const options = command.options.filter(({ hidden }) => !hidden).map((option) => option.description);
    const note = manual.note === undefined ? [] : [manual.note];
    return { command: name, texts: [summary, description, ...note, ...arguments_, ...options].filter((text) => text !== '') };
  });
}
