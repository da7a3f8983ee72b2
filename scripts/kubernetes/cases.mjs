// What is tried on the node, in this order. Those that set up are part of each run.
import { debugLines } from './cases/debug.mjs';
import { killedPod } from './cases/killed.mjs';
import { meteredOrders } from './cases/meter.mjs';
import { metrics } from './cases/metrics.mjs';
import { namesOnTheNode } from './cases/names.mjs';
import { startOrders } from './cases/orders.mjs';
import { rollOut, rollOutAnUpdate } from './cases/rollout.mjs';
import { tendForReal, tendInADryRun } from './cases/tend.mjs';

export const cases = [
  { name: 'orders', run: startOrders, isSetUp: true },
  // After them: of a JVM that is there already the first look has all, and the next may come minutes later.
  { name: 'rollout', run: rollOut, isSetUp: true },
  { name: 'metrics', run: metrics },
  { name: 'names', run: namesOnTheNode },
  { name: 'debug', run: debugLines },
  { name: 'killed', run: killedPod },
  { name: 'meter', run: meteredOrders },
  { name: 'tend-dry-run', run: tendInADryRun },
  { name: 'tend', run: tendForReal },
  { name: 'update', run: rollOutAnUpdate },
];
