// Tries the manifests, and what docs/kubernetes.md says, on a real node of Kubernetes: compiled once from Go modules, started in namespaces of its own, ended with all that it
// started. Needs root, cgroup v1, Go and, the first time, the network. Usage: npm run test:kubernetes -- [--only=NAME,NAME] (cases by name)
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cases } from './kubernetes/cases.mjs';
import { Cluster } from './kubernetes/cluster.mjs';
import { makeImages, names } from './kubernetes/images.mjs';
import { requireMachine } from './kubernetes/needs.mjs';
import { startNode } from './kubernetes/node.mjs';
import { ensureProgram, versions } from './kubernetes/program.mjs';
import { readOptions } from './lib/options.mjs';
import { fail, run, say, step } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, { only: { type: 'string' } });
const wanted = chooseCases();
requireMachine();
const program = ensureProgram();
const scratch = join(root, 'build', 'kubernetes');
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
const transcript = join(scratch, 'transcript.txt');
step('making the single file', makeSingleFile);
const { files, has8 } = await makeImages({ root, folder: join(scratch, 'images') });

let node;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end().then(() => process.exit(1)));
const startedAt = performance.now();
node = await startNode({ program, images: files, pauseImage: names.pause }).catch((error) => fail(error.message));
say(`a node of Kubernetes ${versions.kubernetes} is ready after ${seconds(startedAt)}`);
const cluster = new Cluster({ node, root, scratch, transcript, has8 });
const failed = [];
for (const { name, run } of wanted) await tryCase(name, run);
const logs = failed.length > 0 ? node.keepLogs() : undefined;
await end();
rmSync(join(scratch, 'images'), { recursive: true, force: true });
say(`what was typed and printed: ${transcript}`);
if (failed.length > 0)
  fail(`${failed.length} of ${wanted.length} are not as they should be: ${failed.join(', ')}. The node's logs: ${logs}`);
say(`all ${wanted.length} are as they should be`);

async function tryCase(name, run) {
  const since = performance.now();
  cluster.note(name);
  try {
    for (const skipped of (await run(cluster)) ?? []) say(`${name}: skipped: ${skipped}`);
    say(`${name}: as it should be, ${seconds(since)}`);
  } catch (error) {
    failed.push(name);
    say(`${name}: not as it should be: ${error.message}`);
  }
}

async function end() {
  const ending = node;
  node = undefined;
  await ending?.end().catch((error) => fail(error.message));
}

/** The image is of what is here now. */
function makeSingleFile() {
  const script = join(root, 'scripts', 'standalone', 'build.mjs');
  if (!run(process.execPath, [script, `--arch=${process.arch}`], { cwd: root }))
    fail('the single file could not be made; the output is above.');
}

function chooseCases() {
  const chosen = values.only?.split(',');
  const unknown = chosen?.filter((name) => !cases.some((each) => each.name === name)) ?? [];
  if (unknown.length > 0) fail(`expected cases of ${cases.map(({ name }) => name).join(', ')}, found ${unknown.join(', ')}.`);
  return cases.filter(({ name, isSetUp }) => isSetUp || (chosen?.includes(name) ?? true));
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(0)} s`;
}
