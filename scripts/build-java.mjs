// Compiles java-repro to build/java/offheap-repro.jar. Plain Node, no dependency; says nothing unless it fails.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findJdk, oldestJdk } from './lib/jdk.mjs';
import { fail, run } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'java-repro', 'src', 'main', 'java');
const output = join(root, 'build', 'java');

mkdirSync(output, { recursive: true });
const scratch = mkdtempSync(join(output, 'classes-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

// Without UTF-8 in the locale neither tool can open a file below a folder whose name has other letters than ASCII's.
const env = { ...process.env, LC_ALL: 'C.UTF-8' };
must(
  run(
    tool('javac'),
    ['--release', String(oldestJdk), '-encoding', 'UTF-8', '-Xlint:all', '-Werror', '-d', scratch, ...javaFiles(sources)],
    { env },
  ),
);
const jar = join(scratch, 'offheap-repro.jar');
const manifest = join(root, 'java-repro', 'src', 'main', 'manifest.mf');
must(run(tool('jar'), ['--create', '--file', jar, '--manifest', manifest, '-C', scratch, 'io'], { env }));
// Renamed when complete: a process that starts meanwhile finds the old jar or the new one.
renameSync(jar, join(output, 'offheap-repro.jar'));

function tool(name) {
  const { home, found } = findJdk();
  if (home !== undefined) return join(home, 'bin', name);
  return fail(
    `expected JDK ${oldestJdk} or later (from JAVA_HOME, PATH or the distribution's folder), found ${found}. Run: npm run setup`,
  );
}

function must(succeeded) {
  if (!succeeded) fail(`java-repro does not compile; the output is above. `);
}

function javaFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.java'))
    .sort()
    .map((file) => join(folder, file));
}
