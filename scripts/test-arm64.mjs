// Tries the native code and the single file for arm64 on a kernel and a JVM for it: in a virtual machine, emulated, which takes half an hour on a machine of another kind.
// Usage: npm run test:arm64 [-- --standalone=FILE] [-- --write]   (--standalone: the single file for arm64, build/standalone's by default; --write: the table into docs/support.md)
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaHome, makeDisk } from './arm64/disk.mjs';
import { judge } from './arm64/judge.mjs';
import { compileUnits } from './arm64/units.mjs';
import { architectures } from './lib/cross.mjs';
import { writePart } from './lib/doc-part.mjs';
import { readOptions } from './lib/options.mjs';
import { fail, quoteForShell, say, step } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';
import { asJson, questions } from './matrix/checks.mjs';
import { compileKnown, heapFlags } from './matrix/program.mjs';
import { guardOptions, reproOptions } from './matrix/run-checks.mjs';
import { boot } from './vm/boot.mjs';
import { copyFromImage, needsOf } from './vm/image.mjs';
import { renderRows } from './vm/judge.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, { standalone: { type: 'string' }, write: { type: 'boolean', default: false } });
const folder = join(root, 'build', 'arm64');
const { tools, apt } = architectures.arm64;

if (process.getuid() !== 0)
  fail('expected root, for the owners of the files of a disk, found an ordinary user. Run: sudo npm run test:arm64');
requireTools([...needsOf('arm64'), { path: 'cpio', apt: 'cpio' }, { path: 'cmake', apt: 'cmake' }, { path: `${tools}g++`, apt }]);
const standalone = values.standalone ?? join(root, 'build', 'standalone', 'offheap-linux-arm64');
if (!existsSync(standalone))
  fail(`expected the single file at ${standalone}, found none. Run: npm run build:standalone -- --arch=arm64`);

mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'offheap-arm64-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const trial = join(scratch, 'trial');
const classes = join(trial, 'classes');
if (!compileKnown(classes)) fail('Known.java does not compile; the output is above.');
const units = step('compiling the native unit tests for arm64', () =>
  compileUnits(root, join(folder, 'units'), join(trial, 'units')),
);
cpSync(join(root, 'scripts', 'arm64', 'trials.sh'), join(trial, 'trials.sh'));
writeFileSync(join(trial, 'options.sh'), optionsOf());
mkdirSync(join(scratch, 'results'));
const disk = await makeDisk(folder, {
  ...{ 'opt/trial': trial, results: join(scratch, 'results'), 'usr/local/bin/offheap': standalone },
});
const console = await boot({ arch: 'arm64', memoryMiB: 3072, line: '', ...disk });
copyFromImage(disk.image, '/results', folder);
rmSync(disk.image);
const results = join(folder, 'results');
if (!existsSync(join(results, 'done'))) {
  process.stderr.write(`${console.join('\n')}\n`);
  fail(`expected all trials to end, found that the machine ended before; its console is above, its files are in ${results}.`);
}
const rows = judge(results, units);
const table = renderRows(rows);
process.stdout.write(`${table}\n`);
if (values.write) writePart('arm64', table, 'support.md');
process.exitCode = rows.every(({ fault }) => fault === undefined) ? 0 : 1;
say(`what each trial printed: ${results}`);

/** What trials.sh reads: emulated, all takes many times as long. */
function optionsOf() {
  const array = (name, words) => `${name}=(${words.map(quoteForShell).join(' ')})`;
  const patient = {
    doctor: ['--timeout=5m'],
    owners: ['--budget=2m'],
    histo: ['--budget=2m'],
    collected: ['--timeout=5m'],
    trimmed: ['--timeout=5m'],
    after: ['--budget=2m'],
  };
  const functions = Object.entries(questions).map(([name, [command, ...more]]) => {
    const options = [...more, ...asJson, ...patient[name]].map(quoteForShell).join(' ');
    return `${name}() { offheap ${command} "$1" ${options}; }; export -f ${name}`;
  });
  return [
    `home=${quoteForShell(javaHome)}`,
    `java=${quoteForShell(`${javaHome}/bin/java`)}`,
    ...[array('flags', heapFlags), array('guard', guardOptions), array('repro', reproOptions)],
    ...[`questions=${quoteForShell(Object.keys(questions).join(' '))}`, ...functions, ''],
  ].join('\n');
}
