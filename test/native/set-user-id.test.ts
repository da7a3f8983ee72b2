import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRoot, skipUnless } from '../skip.ts';
import { compile, library, meter, temporaryFolder } from './preloaded.ts';

const nobody = 65_534;
const source = join(import.meta.dirname, 'programs', 'print_ids.c');

/** A folder that every user may enter, with one in which every user may write. */
function folderForAll() {
  const folder = temporaryFolder();
  const pages = join(folder, 'pages');
  mkdirSync(pages);
  chmodSync(folder, 0o755);
  chmodSync(pages, 0o777);
  return { folder, pages };
}

/** As another user; `ids` is what the program printed. */
function runAsNobody(program: string, env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(program, { env, uid: nobody, gid: nobody, encoding: 'utf8' });
  return { status, stderr, ids: stdout.trim() };
}

describe.each([
  { name: 'libmmapalloc.so', path: library },
  { name: 'libmeter.so', path: meter },
])('$name in a set-user-id program of root', ({ name, path }) => {
  skipUnless(isRoot, 'only root can make a set-user-id program of another user');

  test.for([
    { way: 'preloaded', link: [] },
    { way: 'linked to the program', link: ['-Wl,--no-as-needed'] },
  ])('$way: no file is made for who started it', ({ way, link }, context) => {
    const { folder, pages } = folderForAll();
    const copy = join(folder, name);
    const program = join(folder, 'print_ids');
    copyFileSync(path, copy);
    chmodSync(copy, 0o755);
    if (way === 'preloaded') copyFileSync(compile('print_ids'), program);
    else expect(spawnSync('cc', [source, '-o', program, ...link, copy, `-Wl,-rpath,${folder}`]).status).toBe(0);
    const env = { OFFHEAP_COUNTERS_DIR: pages, OFFHEAP_VERBOSE: '1', ...(way === 'preloaded' ? { LD_PRELOAD: copy } : {}) };
    chmodSync(program, 0o755);
    expect(runAsNobody(program, env)).toEqual({ status: 0, stderr: '', ids: `${nobody} ${nobody} 0` });
    expect(readdirSync(pages)).toHaveLength(1);
    chmodSync(program, 0o4755);
    const { ids, ...ended } = runAsNobody(program, env);
    context.skip(ids === `${nobody} ${nobody} 0`, 'the temporary folder is mounted with nosuid');
    expect({ ids, ...ended }).toEqual({ status: 0, stderr: '', ids: `${nobody} 0 1` });
    expect(readdirSync(pages)).toHaveLength(1);
  });
});
