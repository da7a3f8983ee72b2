import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { makeCodeCache } from '../../scripts/lib/code-cache.mjs';
import { copyPackage } from '../fixtures/package-copy.ts';
import { offheap, root } from './offheap.ts';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'offheap-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(bin: string, ...nodeOptions: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, bin, 'doctor'], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const failed = (sentence: string) => ({ status: 1, stdout: '', stderr: `offheap: ${sentence}\n` });

describe('what is not whole is one sentence with its cure', () => {
  test.each([
    ['checkout', (at: string) => `Run: npm run setup (in ${at}/)`],
    ['package', () => 'Install it again: npm install offheap'],
  ])('a %s', (kind, cure) => {
    const copy = (without: string) => {
      const at = join(folder, `${kind} without ${without}`);
      const bin = copyPackage(at, { without: [without] });
      if (kind === 'checkout') mkdirSync(join(at, 'src'));
      return { at, bin };
    };
    const unbuilt = copy('dist');
    expect(start(unbuilt.bin)).toEqual(
      failed(`Expected offheap to be compiled, found no ${unbuilt.at}/dist that is whole. ${cure(unbuilt.at)}`),
    );
  });
});

test('the command line has what it needs of npm packages with it', async () => {
  const bin = copyPackage(join(folder, 'without packages'), { without: ['node_modules', 'build/Release'] });
  const args = ['completion', 'bash'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual(await offheap(args));
});

describe('what V8 has compiled before', () => {
  type Loader = {
    compile(root: string, codeCache?: { id: string; bytes: Buffer }): { cachedDataRejected?: boolean };
    codeCacheOf(root: string): string;
    idOf(source: string): string;
    bundleOf(root: string): string;
    readCodeCache(root: string): { id: string; bytes: Buffer } | undefined;
  };
  const { bundleOf, codeCacheOf, compile, idOf, readCodeCache }: Loader = createRequire(import.meta.url)('../../bin/load.js');
  const help = (bin: string, ...nodeOptions: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, bin, 'doctor', '--help'], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  test('is of this bundle, whose SHA-256 its first line tells, and V8 takes it', () => {
    const [first = '', ...rest] = readFileSync(bundleOf(root), 'latin1').split('\n');
    expect(first).toBe(`//${createHash('sha256').update(rest.join('\n')).digest('hex')}`);
    const codeCache = readCodeCache(root);
    expect(codeCache?.id).toBe(idOf(first));
    expect(compile(root, codeCache).cachedDataRejected).toBe(false);
  });

  test('is left where it is of another bundle: nothing old runs', () => {
    const codeCache = readCodeCache(root);
    if (codeCache === undefined) throw new Error('expected code to be kept');
    // Undefined: V8 was given none.
    expect(compile(root, { ...codeCache, id: 'f'.repeat(64) }).cachedDataRejected).toBe(undefined);
  });

  describe('in an installed package', () => {
    const at = join(folder, 'installed');
    const bin = copyPackage(at, { without: ['build/Release'] });
    const file = codeCacheOf(at);
    const kept = () => readFileSync(codeCacheOf(root));

    test('is made by its installation', () => {
      expect(makeCodeCache(at)).toBe(undefined);
      expect(compile(at, readCodeCache(at)).cachedDataRejected).toBe(false);
    });

    test.each([
      ['missing', () => {}],
      ['empty', () => writeFileSync(file, '')],
      ['cut off', () => writeFileSync(file, kept().subarray(0, kept().length / 2))],
      ['not V8’s', () => writeFileSync(file, Buffer.concat([kept().subarray(0, 64), Buffer.alloc(997, 0xa5)]))],
      ['a folder', () => mkdirSync(file)],
    ])('is left where it is %s', (_, make) => {
      rmSync(file, { recursive: true, force: true });
      make();
      expect(help(bin)).toEqual(help(join(root, 'bin/offheap.js')));
    });

    test('is said to be missing where it cannot be kept, and nothing is left of the attempt', () => {
      rmSync(file, { recursive: true, force: true });
      mkdirSync(file);
      expect(makeCodeCache(at)).toMatch(/^offheap will start more slowly: what V8 compiles of it could not be kept \(EISDIR: /);
      expect(readdirSync(join(at, 'build')).sort()).toEqual(['java', 'offheap.code-cache']);
    });
  });

  test('does not hinder a Node with other settings of V8', () => {
    expect(help(join(root, 'bin/offheap.js'), '--no-opt', '--no-lazy')).toEqual(help(join(root, 'bin/offheap.js')));
  });
});

test.each(['--version', '-V'])('%s is the version, with no more of offheap than its package.json', (option) => {
  const at = join(folder, `package.json alone ${option}`);
  const bin = copyPackage(at, { without: ['dist', 'data', 'node_modules', 'build/Release', 'build/java/offheap-repro.jar'] });
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, option], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test.each(['v12.22.12', 'v18.20.8', 'v20.16.0'])('Node %s is told to be too old', (version) => {
  const asOld = `Object.defineProperties(process, { version: { value: '${version}' }, versions: { value: { node: '${version.slice(1)}' } } })`;
  const oldest = manifest.engines.node.replace('>=', '');
  expect(start(join(root, 'bin', 'offheap.js'), '--import', `data:text/javascript,${encodeURIComponent(asOld)}`)).toEqual(
    failed(`Expected Node ${oldest} or later, found ${version}. Install a current Node and run the same command again.`),
  );
});
