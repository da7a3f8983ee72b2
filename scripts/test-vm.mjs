// Tries offheap under cgroup v2 and systemd, on a kernel of its own: boots Debian 12 in a virtual machine with the single file, and looks at what came of each trial
// (scripts/vm/trials.sh). Emulated, which needs no right but root for the disk's owners; takes a quarter of an hour.
// Usage: npm run test:vm [-- --standalone=FILE] [-- --write]   (--standalone: the single file, build/standalone's by default; --write: the table into docs/support.md)
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePart } from './lib/doc-part.mjs';
import { findJdk } from './lib/jdk.mjs';
import { readOptions } from './lib/options.mjs';
import { fail, say, step } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';
import { boot } from './vm/boot.mjs';
import { copyFromImage, makeImage, needsOf } from './vm/image.mjs';
import { judge, renderRows } from './vm/judge.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, { standalone: { type: 'string' }, write: { type: 'boolean', default: false } });
const folder = join(root, 'build', 'vm');
const unit = `[Unit]
Description=offheap's trials
After=multi-user.target
[Service]
ExecStart=/opt/trial/trials.sh
StandardOutput=append:/results/log
StandardError=append:/results/log
KillMode=process
`;

if (process.arch !== 'x64' || process.platform !== 'linux')
  fail(`expected Linux on x86-64, found ${process.platform} on ${process.arch}.`);
if (process.getuid() !== 0)
  fail('expected root, for the owners of the files of a disk, found an ordinary user. Run: sudo npm run test:vm');
requireTools(needsOf('x64'));
const standalone = values.standalone ?? join(root, 'build', 'standalone', 'offheap-linux-x64');
if (!existsSync(standalone)) fail(`expected the single file at ${standalone}, found none. Run: npm run build:standalone`);

mkdirSync(folder, { recursive: true });
const image = step('making the disk', () => makeDisk());
const console = await boot({
  ...{ arch: 'x64', memoryMiB: 2048, image, line: 'root=/dev/vda rw systemd.show_status=0' },
  ...{ kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd.img') },
});
copyFromImage(image, '/results', folder);
const results = join(folder, 'results');
if (!existsSync(join(results, 'done'))) {
  process.stderr.write(`${console.join('\n')}\n`);
  fail(`expected all trials to end, found that the machine ended before; its console is above, its files are in ${results}.`);
}
const rows = judge(results);
process.stdout.write(`${renderRows(rows)}\n`);
if (values.write) writePart('vm', renderRows(rows), 'support.md');
process.exitCode = rows.every(({ fault }) => fault === undefined) ? 0 : 1;
say(`what each trial printed: ${results}`);

function makeDisk() {
  const scratch = mkdtempSync(join(tmpdir(), 'offheap-vm-'));
  try {
    const trial = join(scratch, 'trial');
    const results = join(scratch, 'results');
    for (const made of [trial, results]) mkdirSync(made);
    const { home, found } = findJdk();
    if (home === undefined) fail(`expected a JDK, found ${found}.`);
    const burst = join(root, 'test', 'integration', 'programs', 'Burst.java');
    execFileSync(join(home, 'bin', 'javac'), ['--release', '11', '-d', trial, burst]);
    compileC(join(root, 'test', 'native', 'programs', 'hold_memory.c'), join(trial, 'hold_memory'));
    execFileSync('install', ['-m', '755', join(root, 'scripts', 'vm', 'trials.sh'), trial]);
    return makeImage(folder, { 'opt/trial': trial, results, 'usr/local/bin/offheap': standalone }, unit);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function compileC(source, program) {
  const { status, stderr } = spawnSync('cc', ['-std=gnu11', '-O1', '-fno-builtin', '-static', '-o', program, source], {
    encoding: 'utf8',
  });
  if (status !== 0) fail(`hold_memory.c could not be compiled: ${stderr}`);
}
