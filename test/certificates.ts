/** Where vitest.config.ts keeps what NODE_EXTRA_CA_CERTS was. */
const kept = 'OFFHEAP_TEST_EXTRA_CA_CERTS';

/**
 * Takes NODE_EXTRA_CA_CERTS from the environment of all tests: Node reads the certificates at each start, which takes longer than the rest of it, and a run of the tests
 * starts a thousand of them.
 */
export function keepCertificates(env: NodeJS.ProcessEnv): void {
  env[kept] ??= env['NODE_EXTRA_CA_CERTS'] ?? '';
  delete env['NODE_EXTRA_CA_CERTS'];
}

/** The environment of a Node that asks a registry. */
export function certificates(): Record<string, string> {
  const path = process.env[kept];
  return path ? { NODE_EXTRA_CA_CERTS: path } : {};
}
