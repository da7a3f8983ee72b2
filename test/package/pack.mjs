// Packs what would be published into build/packed, unless that is there and of the same files. One at a time: consumer.ts has a lock around it.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, run } from '../../scripts/lib/run.mjs';
import { buildWhenChanged } from '../../scripts/lib/stamp.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Of a pattern the folder. */
const packed = files.filter((file) => !file.startsWith('!')).map((file) => file.replace(/\/[^/]*\*.*$/, ''));
/** What npm adds, and what prepack builds of. */
const others = ['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'src', 'scripts', 'java-repro/src'];
const configs = readdirSync(root).filter((name) => /^tsconfig\..*json$/.test(name));

buildWhenChanged({
  root,
  name: 'packed',
  inputs: [...packed, ...others, ...configs, 'test/package/pack.mjs'],
  extra: [process.version],
  outputs: ['build/packed/offheap.tgz'],
  build: () => {
    const scratch = join(root, 'build', 'packed', 'scratch');
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    if (!run('npm', ['pack', '--silent', `--pack-destination=${scratch}`], { cwd: root }))
      fail('npm pack failed; its output is above.');
    for (const name of readdirSync(scratch)) renameSync(join(scratch, name), join(root, 'build', 'packed', 'offheap.tgz'));
    rmSync(scratch, { recursive: true });
  },
});
