// npm run glibcs [-- --only=VERSION]: makes the glibcs of other releases that tests and measurements link programs with, and lists what is there.
// They lie in the cache folder (XDG_CACHE_HOME/offheap or ~/.cache/offheap), 40 MB each; made once. Needs debootstrap and the network, not root.
import { parseArgs } from 'node:util';
import { glibcs } from './glibcs/list.mjs';
import { makeGlibcs } from './glibcs/make.mjs';
import { openGlibc } from './glibcs/open.mjs';
import { releases } from './lib/debootstrap.mjs';
import { fail } from './lib/run.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = glibcs.filter(({ version }) => values.only === undefined || version === values.only);
if (wanted.length === 0) fail(`expected one of ${glibcs.map(({ version }) => version).join(', ')}, found ${values.only}.`);

await makeGlibcs(wanted.map(({ version }) => version));
let missing = 0;
for (const { version, release } of wanted) {
  const { folder, build, reason } = openGlibc(version);
  if (reason !== undefined) missing += 1;
  process.stdout.write(`${version}  ${releases[release].title.padEnd(12)}  ${reason ?? `${build}, ${folder}`}\n`);
}
process.exitCode = missing > 0 ? 1 : 0;
