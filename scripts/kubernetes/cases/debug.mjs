// The line of docs/kubernetes.md, against each pod, under both profiles that let it.
import assert from 'node:assert/strict';
import { names, tags } from '../images.mjs';
import { podsToLookAt } from './orders.mjs';

const profiles = ['general', 'sysadmin'];
/** A problem was found: what it has freed and keeps. */
const found = 3;

export async function debugLines(cluster) {
  for (const [pod, { uid }] of podsToLookAt(cluster)) {
    const accounts = {};
    for (const profile of profiles) {
      const { output, exitCode } = await cluster.debug(pod, profile, ['offheap', 'doctor', '1']);
      assert.equal(exitCode, found, `${pod}, ${profile}: ${output}`);
      assert.match(output, /400 MiB/, `${pod}, ${profile}: its limit`);
      const json = await cluster.debug(pod, profile, ['offheap', 'doctor', '1', '--format=json', '--quiet'], { shown: false });
      accounts[profile] = accountOf(JSON.parse(json.output), { pod, profile });
    }
    compare(accounts, `${pod}, uid ${uid}`);
  }
  await asAnOrdinaryUser(cluster);
}

/** MiB by kind of region. */
function accountOf({ evidence }, { pod, profile }) {
  const { rssBytes, regions, unread } = evidence;
  const byKind = {};
  for (const { kind, rssBytes: bytes } of regions) byKind[kind] = (byKind[kind] ?? 0) + bytes;
  const sum = Object.values(byKind).reduce((total, bytes) => total + bytes, 0);
  assert.equal(sum, rssBytes, `${pod}, ${profile}: the parts sum to the RSS`);
  return { byKind, unread };
}

/** Both profiles tell the same kinds; what the JVM has touched in between is little. */
function compare({ general, sysadmin }, what) {
  assert.deepEqual(Object.keys(general.byKind).sort(), Object.keys(sysadmin.byKind).sort(), what);
  for (const [kind, bytes] of Object.entries(general.byKind)) {
    const difference = Math.abs(bytes - sysadmin.byKind[kind]);
    assert.ok(difference < 1024 ** 2, `${what}: ${kind} is ${bytes} under general, ${sysadmin.byKind[kind]} under sysadmin`);
  }
}

/** The image as it is for the DaemonSet runs as user 10001: it says what is lacking, and the file of the manifests adds it. */
async function asAnOrdinaryUser(cluster) {
  const image = `${names.offheap}:${tags[0]}`;
  const refused = await cluster.debug('orders-root', 'sysadmin', ['offheap', 'doctor', '1'], { image });
  assert.equal(refused.exitCode, 1);
  assert.match(refused.output, /CAP_SYS_PTRACE/);
  const custom = ['--custom=deploy/kubernetes/debug-as-root.json'];
  const { output, exitCode } = await cluster.debug('orders-root', 'sysadmin', ['offheap', 'doctor', '1'], { image, custom });
  assert.equal(exitCode, found, output);
  // As bash makes a file of what a command prints.
  const customFile = '<(echo \'{"securityContext":{"runAsUser":0}}\')';
  const without = await cluster.debug('orders-root', 'sysadmin', ['offheap', 'doctor', '1'], { image, customFile, shown: false });
  assert.equal(without.exitCode, found, without.output);
}
