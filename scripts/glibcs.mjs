// npm run glibcs [-- --only=VERSION]: makes the glibcs of other releases that tests and measurements link programs with, and lists what is there.
// They lie in the cache folder (XDG_CACHE_HOME/offheap or ~/.cache/offheap), 40 MB each; made once. Needs debootstrap and the network, not root.
import { parseArgs } from 'node:util';
import { glibcs } from './glibcs/list.mjs';
import { makeGlibcs, whyNoGlibcs } from './glibcs/make.mjs';
import { openGlibc } from './glibcs/open.mjs';
import { releases } from './lib/debootstrap.mjs';
import { fail } from './lib/run.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = glibcs.filter(({ version }) => values.only === undefined || version === values.only);
if (wanted.length === 0) fail(`expected one of ${glibcs.map(({ version }) => version).join(', ')}, found ${values.only}.`);

const isMissing = ({ version }) => 'reason' in openGlibc(version);
const missing = wanted.filter(isMissing);
const reason = missing.length > 0 ? whyNoGlibcs() : undefined;
if (reason !== undefined) fail(reason);
await makeGlibcs(missing.map(({ version }) => version));
for (const { version, release } of wanted) {
  const { folder, build, reason } = openGlibc(version);
  process.stdout.write(`${version}  ${releases[release].title.padEnd(12)}  ${reason ?? `${build}, ${folder}`}\n`);
}
if (wanted.some(isMissing)) process.exitCode = 1;
