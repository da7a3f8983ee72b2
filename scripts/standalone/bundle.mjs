// The application of the single executable: one CommonJS file, which is all that it can be, and the files of the package that it carries.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCommandLine } from '../lib/bundle.mjs';

/** What other programs open, or what is read as text, by its path in the package. */
export function carriedFiles(root, arch) {
  const libraries = [`prebuilds/linux-${arch}`, `prebuilds/linuxmusl-${arch}`].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.so'))
      .map((file) => `${folder}/${file}`),
  );
  const client = readdirSync(join(root, 'dist', 'client')).map((file) => `dist/client/${file}`);
  return ['package.json', 'data/allocators.json', 'build/java/offheap-repro.jar', ...client, ...libraries];
}

export async function bundle(root, output) {
  const { text } = await bundleCommandLine({
    root,
    target: 'node24',
    // A module's own place is where the executable lies.
    modulePlace: "require('node:url').pathToFileURL(process.execPath).href",
    // Half the time until it starts is that of reading it.
    options: { minify: true, keepNames: true, legalComments: 'eof' },
  });
  writeFileSync(output, text);
}
