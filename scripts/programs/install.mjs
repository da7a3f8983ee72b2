// The packages that the programs come in. A distribution may start a server when it is installed: none is here.
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { hasApt, install, installCommand, packageName, updateLists } from '../lib/apt.mjs';
import { say } from '../lib/run.mjs';

/** Debian's and Ubuntu's way to say which services may start while packages are installed (invoke-rc.d(8)): its exit status 101 is none. */
const policy = '/usr/sbin/policy-rc.d';

/** Installs the packages, as root, or says the command that does. What a release does not have is left out; one that cannot be had keeps no other away. */
export function installPrograms(packages) {
  const mayInstall = process.getuid() === 0 && hasApt();
  if (mayInstall) updateLists();
  const names = packages.map((name) => packageName({ apt: [name] })).filter((name) => name !== undefined);
  if (names.length === 0) return;
  if (!mayInstall) return say(`run ${installCommand(names)}`);
  say(`installing by apt: ${names.join(' ')} …`);
  withoutServices(() => {
    if (!install(names)) for (const name of names) install([name]);
  });
}

function withoutServices(work) {
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n');
  chmodSync(policy, 0o755);
  try {
    work();
  } finally {
    rmSync(policy);
  }
}
