// npm run glibcs [-- --only=VERSION]: makes the glibcs of other releases that tests and measurements link programs with, and the musls that tests run
// programs by, and lists what is there. They lie in the cache folder (XDG_CACHE_HOME/offheap or ~/.cache/offheap), 40 MB each glibc, 1 MB each musl; made
// once. Needs debootstrap and the network, not root.
import { glibcs, muslcs } from './glibcs/list.mjs';
import { makeGlibcs, makeMuslcs } from './glibcs/make.mjs';
import { openGlibc, openMusl } from './glibcs/open.mjs';
import { releases } from './lib/debootstrap.mjs';
import { readOptions } from './lib/options.mjs';
import { fail } from './lib/run.mjs';

const values = readOptions(import.meta.url, { only: { type: 'string' } });
const all = [...glibcs.map((one) => ({ ...one, open: openGlibc })), ...muslcs.map((one) => ({ ...one, open: openMusl }))];
const wanted = all.filter(({ version }) => values.only === undefined || version === values.only);
if (wanted.length === 0) fail(`expected one of ${all.map(({ version }) => version).join(', ')}, found ${values.only}.`);

const versionsBy = (opener) => wanted.filter(({ open }) => open === opener).map(({ version }) => version);
await makeGlibcs(versionsBy(openGlibc));
await makeMuslcs(versionsBy(openMusl));
let missing = 0;
for (const { version, release, open } of wanted) {
  const { folder, build, reason } = open(version);
  if (reason !== undefined) missing += 1;
  process.stdout.write(`${version}  ${releases[release].title.padEnd(12)}  ${reason ?? `${build}, ${folder}`}\n`);
}
process.exitCode = missing > 0 ? 1 : 0;
