// The command line and what it needs of npm packages in one CommonJS file: the single executable has to be one, and it starts sooner than hundreds of modules.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles dist/cli.js of `root`. `modulePlace`: the JavaScript expression of the file URL that each module's own place is; `options`: more of esbuild's.
 * Resolves to the text, which is ASCII, and to the folders, relative to root, of the npm packages that went in.
 */
export async function bundleCommandLine({ root, target, modulePlace, options = {} }) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['dist/cli.js'],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    define: { 'import.meta.url': 'offheapFile' },
    banner: { js: `"use strict"; const offheapFile = ${modulePlace};` },
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  return { text: inAscii(outputFiles[0].text), packages: packagesIn(Object.keys(metafile.inputs)) };
}

/** What every copy of these packages has to say: the text of its licence or, where the package brings none, its name. */
export function licencesOf(root, packages) {
  return packages
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${licenceText(root, folder)}`;
    })
    .join('\n\n');
}

/** Empty where the package brings none. */
export function licenceText(root, folder) {
  const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
  return file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8');
}

/** esbuild escapes what is in strings, and nothing in regular expressions and templates. */
function inAscii(text) {
  const raw = /\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/.exec(text);
  if (raw) throw new Error(`expected no escape of a character beyond ASCII, found ${JSON.stringify(raw[0])}.`);
  return text.replaceAll(/[^\0-\x7f]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

function packagesIn(inputs) {
  const folders = inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  return [...new Set(folders)].sort();
}
