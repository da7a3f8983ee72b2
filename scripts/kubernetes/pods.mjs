// The pods whose JVMs are looked at: of root and of others, with and without a shell, read-only, on two JDKs.
import { names } from './images.mjs';

export const namespace = 'shop';
/** Inflaters that each holds and has ended, 39,928 bytes of malloc each. */
const held = 1_500;
const ended = 4_500;

const plain = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } };

/** Pod → what is unlike the others. `uid`: of its JVM. */
export const orders = {
  'orders-root': { image: names.orders, uid: 0, securityContext: {} },
  'orders-user': { image: names.orders, uid: 1000, securityContext: { ...plain, runAsUser: 1000, runAsGroup: 1000 } },
  // As distroless images: no shell, nothing but the JVM and what it needs, a user of its own.
  'orders-bare': { image: names.bare, uid: 65_532, securityContext: { ...plain, runAsUser: 65_532, runAsGroup: 65_532 } },
  'orders-readonly': {
    image: names.bare,
    uid: 1000,
    securityContext: { ...plain, runAsUser: 1000, runAsGroup: 1000, readOnlyRootFilesystem: true },
    hasTmp: true,
  },
  'orders-8': { image: names.old, uid: 1000, securityContext: { ...plain, runAsUser: 1000, runAsGroup: 1000 } },
};

/** A pod of one container, `app`. */
export function podOf(name, { image, securityContext, hasTmp = false, args = [held, ended], limit = '400Mi', heap = '64m' }) {
  const tmp = hasTmp ? { volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] } : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: 'orders' } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 2,
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'app',
          image,
          args: [`-Xmx${heap}`, '-cp', '/app', 'Service', ...args.map(String)],
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: limit } },
          securityContext,
          ...tmp,
        },
      ],
      ...(hasTmp ? { volumes: [{ name: 'tmp', emptyDir: {} }] } : {}),
    },
  };
}
