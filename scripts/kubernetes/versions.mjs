// What go.mod of the node says: which Kubernetes it is, and which Go compiles it.

/** @param {string} text go.mod @returns {{ kubernetes: string, go: string }} such as 1.34.4 and 1.24.0 */
export function readVersions(text) {
  const kubernetes = /^\s*k8s\.io\/kubernetes v(\d+\.\d+\.\d+)$/m.exec(text)?.[1];
  const go = /^go (\d+\.\d+(?:\.\d+)?)$/m.exec(text)?.[1];
  if (kubernetes === undefined || go === undefined)
    throw new Error('expected go.mod to require k8s.io/kubernetes and to name a Go.');
  return { kubernetes, go };
}

/** What `kubectl version` and the kubelet say of themselves; without it they take themselves for v0.0.0, and refuse what newer ones may do. */
export function linkerFlags(version) {
  const [major, minor] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: 'clean', gitCommit: 'unknown' };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const set = packages.flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`));
  return ['-s', '-w', ...set].join(' ');
}

/** Whether the Go that says `go version go1.26.8 linux/amd64` compiles for `wanted`: itself, or by fetching a later one, which Go does from 1.21 on. */
export function compilesWith(said, wanted) {
  const found = /go(\d+)\.(\d+)/.exec(said)?.slice(1).map(Number);
  if (found === undefined) return false;
  const [major, minor] = found;
  const least = Math.min(21, Number(wanted.split('.')[1]));
  return major > 1 || minor >= least;
}
