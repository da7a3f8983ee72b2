import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { architectures, others } from '../../scripts/lib/cross.mjs';
import { newest, readNeeds, tooNew } from '../../scripts/lib/elf.mjs';
import { which } from '../../scripts/lib/run.mjs';
import { prebuild } from './prebuild.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

beforeAll(prebuild);

test.each(Object.entries(architectures))(
  'native code for %s is there and needs no newer system than README says',
  (arch, { machine }) => {
    const folder = join(root, 'prebuilds', `linux-${arch}`);
    expect(readdirSync(folder).sort()).toEqual(['liballocator-agent.so', 'libmeter.so', 'libmmapalloc.so', 'offheap.node']);
    for (const file of readdirSync(folder)) {
      const { versions, ...rest } = readNeeds(join(folder, file));
      expect(rest).toEqual({ machine });
      // The agent asks for no version: it has to load into whatever libc a JVM has.
      expect(versions.some((version) => version.startsWith('GLIBC_2.'))).toBe(file !== 'liballocator-agent.so');
      expect(tooNew(versions)).toEqual([]);
    }
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`glibc ${newest.GLIBC} or later`);
  },
);

test('without a cross compiler nothing is packed: one sentence names the cure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['strip', 'readelf']) symlinkSync(which(name), join(folder, name));
  const script = join(root, 'scripts', 'prebuild.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { ...process.env, PATH: folder } });
  const [arch] = others;
  const { tools, apt } = architectures[arch];
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `offheap setup: the package carries native code for ${arch} too, and ${tools}g++ is missing. Install it: apt-get install ${apt}\n`,
  });
});
