// The pods that the other cases look at, each with a JVM that keeps what it has freed.
import assert from 'node:assert/strict';
import { namespace, orders, podOf } from '../pods.mjs';

export async function startOrders(cluster) {
  cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  // As a person works in one namespace: documented lines name none.
  cluster.kubectl('config', 'set-context', '--current', '--namespace', namespace);
  const pods = podsToLookAt(cluster);
  await cluster.accountOf(namespace);
  cluster.apply(...pods.map(([name, options]) => podOf(name, options)));
  for (const [name] of pods) await cluster.logged(name, 'ready: ');
  cluster.kubectl('get', 'pods', '--output=wide');
  for (const [name] of pods) assert.equal(cluster.get('pod', name, '--namespace', namespace).status.phase, 'Running');
  return cluster.has8 ? [] : ['JDK 8 could not be had'];
}

export function podsToLookAt({ has8 }) {
  return Object.entries(orders).filter(([name]) => has8 || name !== 'orders-8');
}
