// The manifests as they are shipped, with one entry of a kustomization for the image.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { names, tags } from '../images.mjs';
import { writeOverlay } from '../overlay.mjs';
import { waitFor } from '../wait.mjs';

export const exporterSpace = 'offheap';
const daemonSet = 'daemonset/offheap-exporter';
const mib = 1024 ** 2;

/** Applies manifests with what is to be added, and waits until each pod is of them. */
export function roll(cluster, { of, tag = tags[0], components, patches }) {
  const folder = join(cluster.scratch, 'overlay');
  const { text } = writeOverlay({ root: cluster.root, folder, of, tag, components, patches });
  cluster.write('cat kustomization.yaml', text);
  cluster.kubectl('apply', '--kustomize', folder);
  cluster.kubectl('rollout', 'status', '--namespace', exporterSpace, daemonSet, '--timeout=100s');
}

export async function rollOut(cluster) {
  roll(cluster, { of: 'overlays/any-user-attach' });
  cluster.kubectl('get', 'pods', '--namespace', exporterSpace, '--output=wide');
  const pod = await exporterPod(cluster);
  assert.equal(pod.spec.containers[0].image, `${names.offheap}:${tags[0]}`);
  refuseToWrite(cluster, pod);
  assert.equal(readLimit(cluster, pod), 200 * mib);
}

/** To another tag, one pod after the other; then the limit has held for all of the run. */
export async function rollOutAnUpdate(cluster) {
  const before = await exporterPod(cluster);
  const { status } = cluster.get('pod', before.metadata.name, '--namespace', exporterSpace);
  assert.equal(status.containerStatuses[0].restartCount, 0);
  const most = Number(readGroupFile(cluster, before, 'memory.max_usage_in_bytes'));
  cluster.write('cat memory.max_usage_in_bytes', String(most));
  assert.ok(most <= 200 * mib, `expected the exporter below its limit, found ${most}`);
  roll(cluster, { of: 'overlays/any-user-attach', tag: tags[1] });
  const after = await exporterPod(cluster);
  assert.notEqual(after.metadata.uid, before.metadata.uid);
  assert.equal(after.spec.containers[0].image, `${names.offheap}:${tags[1]}`);
}

/** The one pod that is there and ready. */
export function exporterPod(cluster) {
  return waitFor('the pod of the exporter', () => {
    const { items } = cluster.get('pods', '--namespace', exporterSpace, '--selector=app.kubernetes.io/name=offheap-exporter');
    const [pod, ...others] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return others.length === 0 && pod?.status.containerStatuses?.[0]?.ready && pod;
  });
}

/** One sentence, and nothing is written. */
function refuseToWrite(cluster, { metadata: { name } }) {
  const command = ['exec', '--namespace', exporterSpace, name, '--', 'offheap', 'doctor', '--all', '--output=/survey.txt'];
  const { status, stderr } = cluster.node.try(command);
  cluster.write(`kubectl ${command.join(' ')}`, stderr);
  assert.equal(status, 1);
  assert.match(stderr, /\/ is not writable/);
}

function readLimit(cluster, pod) {
  return Number(readGroupFile(cluster, pod, 'memory.limit_in_bytes'));
}

/** Of the container's memory cgroup, as the node has it. */
function readGroupFile(cluster, { metadata, status }, file) {
  const id = status.containerStatuses[0].containerID.replace(/^containerd:\/\//, '');
  const { stdout } = cluster.node.inside(['find', '/sys/fs/cgroup/memory', '-path', `*pod${metadata.uid}/${id}/${file}`]);
  const path = stdout.trim();
  assert.ok(path, `expected the cgroup of ${metadata.name}, found none`);
  return cluster.node.inside(['cat', path]).stdout;
}
