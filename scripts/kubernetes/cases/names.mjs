// The doctor's list of a node's pods: on the node, and in a pod that sees the node's processes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { namespace } from '../pods.mjs';
import { podsToLookAt } from './orders.mjs';
import { exporterPod, exporterSpace } from './rollout.mjs';

export async function namesOnTheNode(cluster) {
  const wanted = podsToLookAt(cluster)
    .map(([name]) => `${namespace}/${name}/app`)
    .sort();
  const json = ['doctor', '--pod', '--format=json'];
  assert.deepEqual(listed(onNode(cluster, json)), wanted);
  cluster.write('offheap doctor --pod', onNode(cluster, ['doctor', '--pod']));
  cluster.write(`offheap doctor --pod=${namespace}/orders-user`, onNode(cluster, ['doctor', `--pod=${namespace}/orders-user`]));
  const { metadata } = await exporterPod(cluster);
  const inPod = ['exec', '--namespace', exporterSpace, metadata.name, '--', 'offheap'];
  assert.deepEqual(listed(cluster.node.kubectl([...inPod, ...json])), wanted);
  cluster.kubectl(...inPod, 'doctor', '--pod');
}

/** The command on the node itself: as root, in its namespaces. */
export function onNode(cluster, args) {
  const program = join(cluster.root, 'build', 'standalone', `offheap-linux-${process.arch}`);
  const { status, stdout, stderr } = cluster.node.inside([program, ...args]);
  assert.ok(status === 0 || status === 3, `offheap ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function listed(text) {
  return JSON.parse(text)
    .processes.map(({ container: { namespace: space, pod, name } }) => `${space}/${pod}/${name}`)
    .sort();
}
