// A pod that grows until its limit kills it, and what can be told afterwards.
import assert from 'node:assert/strict';
import { names } from '../images.mjs';
import { namespace, podOf } from '../pods.mjs';
import { waitFor } from '../wait.mjs';
import { onNode } from './names.mjs';
import { roll } from './rollout.mjs';

const pod = 'orders-leak';
const looks = '/var/lib/offheap/looks';
/** Looks come often, since it does not live for long: all JVMs of the node share the processor time. */
const often = ['--interval=2s', '--cpu=10'].map((value) => ({ op: 'add', path: '/spec/template/spec/containers/0/args/-', value }));

export async function killedPod(cluster) {
  roll(cluster, { of: 'examples/kept-looks', patches: [{ target: { kind: 'DaemonSet' }, patch: JSON.stringify(often) }] });
  const plain = podOf(pod, { image: names.orders, securityContext: {}, args: [500, 500, 2], limit: '200Mi', heap: '32m' });
  plain.spec.containers[0].args.unshift('-XX:MaxDirectMemorySize=1g');
  cluster.apply(plain);
  const killed = await waitFor(
    'the end of the pod',
    () => cluster.get('pod', pod, '--namespace', namespace).status.containerStatuses?.[0]?.state.terminated,
    180_000,
  );
  assert.deepEqual([killed.reason, killed.exitCode], ['OOMKilled', 137]);
  cluster.kubectl('get', 'pod', pod);
  const id = killed.containerID.replace(/^containerd:\/\//, '').slice(0, 12);
  const onTheNode = ['doctor', '--after-oom', `--container=${id}`, `--looks-dir=${looks}`];
  const told = onNode(cluster, onTheNode);
  cluster.write(`offheap ${onTheNode.join(' ')}`, told);
  assert.match(told, /The kernel killed/);
  const { kill, looks: seen } = JSON.parse(onNode(cluster, [...onTheNode, '--format=json']));
  assert.equal(kill.limitBytes, 200 * 1024 ** 2);
  assert.ok(seen?.looks >= 3, `expected looks of before the kill, found ${seen?.looks}`);
  await fromADebugPod(cluster, id);
  cluster.kubectl('delete', 'pod', pod);
}

/** Who may not log in to the node looks from a pod that kubectl makes there, with the node's files at /host. */
async function fromADebugPod(cluster, id) {
  const command = ['offheap', 'doctor', '--after-oom', `--container=${id}`, `--looks-dir=/host${looks}`];
  const words = ['debug', 'node/node1', '--image', names.debug, '--profile=sysadmin', '--', ...command];
  const said = cluster.node.kubectl(words);
  const name = /pod (node-debugger-\S+)/.exec(said)?.[1];
  assert.ok(name, said);
  const ended = await waitFor(
    'the end of the debug pod',
    () => cluster.get('pod', name).status.containerStatuses?.[0]?.state.terminated,
  );
  const output = cluster.node.kubectl(['logs', name]);
  cluster.write(`kubectl ${words.join(' ')}`, output);
  assert.equal(ended.exitCode, 3, output);
  assert.match(output, /The kernel killed/);
  cluster.node.kubectl(['delete', 'pod', name]);
}
