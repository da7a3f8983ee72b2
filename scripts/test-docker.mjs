// Tries what docs/kubernetes.md says of Docker, with its own lines, in a real engine: the one that answers, or one of our own, ended with all that it started. Programs whose memory is known run on bases of several
// kinds, made without a registry of images. Usage: npm run test:docker [-- --only=NAME,NAME] [-- --build] [-- --write]
// (--only: bases; --build: the image by `docker build -f Dockerfile.small`, ten minutes more, instead of the single file that is here; --write: the table into docs/support.md)
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bases } from './docker/bases.mjs';
import { buildImage } from './docker/build.mjs';
import { tryBase } from './docker/cases.mjs';
import { openEngine } from './docker/engine.mjs';
import { documentedLines } from './docker/lines.mjs';
import { renderBases } from './docker/table.mjs';
import { makeDebugImage, names } from './kubernetes/images.mjs';
import { writePart } from './lib/doc-part.mjs';
import { readOptions } from './lib/options.mjs';
import { fail, run, say, step } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';
import { compileKnown } from './matrix/program.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const off = { type: 'boolean', default: false };
const values = readOptions(import.meta.url, { only: { type: 'string' }, build: off, write: off });
const only = values.only?.split(',');
const unknown = only?.filter((name) => !bases.some((base) => base.name === name)) ?? [];
if (unknown.length > 0) fail(`expected bases of ${bases.map(({ name }) => name).join(', ')}, found ${unknown.join(', ')}.`);
if (process.arch !== 'x64') fail(`expected an x86-64 machine, for the roots of packages, found ${process.arch}.`);
if (values.write && only) fail('expected --write without --only: the table is of all bases.');
requireTools([
  { path: 'script', apt: 'bsdutils' },
  { path: 'musl-gcc', apt: 'musl-tools' },
  { path: 'busybox', apt: 'busybox-static' },
  { path: 'debootstrap', apt: 'debootstrap' },
  { path: 'dpkg-deb', apt: 'dpkg' },
]);

const lines = documentedLines();
const folder = join(root, 'build', 'docker');
const [scratch, classes, bin] = ['scratch', 'classes', 'bin'].map((name) => join(folder, name));
const transcript = join(folder, 'transcript.txt');
for (const made of [scratch, classes, bin]) {
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
}
writeFileSync(transcript, '');
if (!compileKnown(classes)) fail('Known.java does not compile; the output is above.');
makeCommand();
process.env['PATH'] = `${bin}${delimiter}${process.env['PATH']}`;
process.env['OFFHEAP_IMAGE'] = names.debug;

let engine;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end().then(() => process.exit(1)));
engine = await openEngine(join(folder, 'engine'));
const version = engine.version();
const results = [];
let image;
try {
  image = await makeImage();
  // The line of docs/standalone.md is of the image that it has built just before.
  engine.run('tag', names.debug, 'offheap');
  const libraries = copyLibraries();
  for (const base of bases.filter(({ name }) => only?.includes(name) ?? true)) results.push(await tryOne(base, libraries));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  await end();
}
const table = renderBases(results, { engine: version, image });
process.stdout.write(`${table}\n`);
say(`what was typed and printed: ${transcript}`);
const failed = results.filter(({ error, checks = {} }) => error || Object.values(checks).some(({ faults }) => faults.length > 0));
if (failed.length > 0)
  fail(`${failed.length} of ${results.length} are not as they should be: ${failed.map(({ name }) => name).join(', ')}.`);
if (process.exitCode !== 1 && values.write) writePart('docker', table, 'support.md');

async function tryOne(base, libraries) {
  const since = performance.now();
  appendFileSync(transcript, `## ${base.title}\n\n`);
  const note = (line, output) => appendFileSync(transcript, `$ ${line}\n${output.trimEnd()}\n\n`);
  const result = await tryBase(base, { engine, lines, scratch, libraries, classes, note }).catch((error) => ({
    ...base,
    error: error.message,
  }));
  const faults = result.error
    ? [result.error]
    : Object.entries(result.checks).flatMap(([check, { faults: all }]) => all.map((fault) => `${check}: ${fault}`));
  say(`${base.name}: ${faults.join('; ') || 'as it should be'}, ${((performance.now() - since) / 1000).toFixed(0)} s`);
  return result;
}

async function makeImage() {
  if (values.build) {
    const base = `node:20.20.2-bookworm-slim`;
    return { isBuilt: true, ...buildImage(engine, { root, file: 'Dockerfile.small', target: 'debug', tag: names.debug, base }) };
  }
  step('making the single file', () => {
    if (!run(process.execPath, [join(root, 'scripts', 'standalone', 'build.mjs'), `--arch=${process.arch}`], { cwd: root }))
      fail('the single file could not be made; the output is above.');
  });
  engine.run('load', '--input', await makeDebugImage({ root, folder: join(folder, 'image') }));
  return { isBuilt: false, bytes: Number(engine.run('image', 'inspect', '--format={{.Size}}', names.debug)) };
}

/** As it is said of a container whose program is to be metered. */
function copyLibraries() {
  const place = join(scratch, 'libraries');
  if (!run(process.execPath, [join(root, 'bin', 'offheap.js'), 'libs', `--copy-to=${place}`]))
    fail('the libraries could not be copied; the output is above.');
  return place;
}

/** `offheap` of the host. */
function makeCommand() {
  const file = join(bin, 'offheap');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin', 'offheap.js')}' "$@"\n`);
  chmodSync(file, 0o755);
}

async function end() {
  const ending = engine;
  engine = undefined;
  await ending?.end();
}
