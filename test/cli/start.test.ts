import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { copyPackage } from '../fixtures/package-copy.ts';
import { root } from './offheap.ts';

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
    const alone = copy('node_modules');
    expect(start(alone.bin)).toEqual(
      failed(`Expected the npm packages that offheap needs, found no commander for ${alone.at}/. ${cure(alone.at)}`),
    );
  });
});

test.each(['v12.22.12', 'v18.20.8', 'v20.16.0'])('Node %s is told to be too old', (version) => {
  const asOld = `Object.defineProperties(process, { version: { value: '${version}' }, versions: { value: { node: '${version.slice(1)}' } } })`;
  const oldest = manifest.engines.node.replace('>=', '');
  expect(start(join(root, 'bin', 'offheap.js'), '--import', `data:text/javascript,${encodeURIComponent(asOld)}`)).toEqual(
    failed(`Expected Node ${oldest} or later, found ${version}. Install a current Node and run the same command again.`),
  );
});
