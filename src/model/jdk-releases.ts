/**
 * The first releases of the JDK that know something: 17.0.15 and 22 are 17.0.15 with its updates, and 22 with all that came after it. In their order.
 */
export type FirstReleases = readonly string[];

/** Whether a JDK, by its version as the JVM prints it (`21.0.3+9-LTS`), is one of them or came after one. */
export function isSince(version: string, first: FirstReleases): boolean {
  const { feature, update } = partsOf(version);
  const newest = first.at(-1);
  if (newest !== undefined && feature > partsOf(newest).feature) return true;
  return first.map(partsOf).some((release) => feature === release.feature && update >= release.update);
}

/** As a person writes it: `17.0.15, 21.0.3, 22 and later`. */
export function describeReleases(first: FirstReleases): string {
  return `${first.join(', ')} and later`;
}

function partsOf(version: string): { feature: number; update: number } {
  // The JDKs before 9 begin with 1.
  const [feature = 0, , update = 0] = version
    .replace(/^1\./, '')
    .split(/[^\d]+/)
    .map(Number);
  return { feature, update };
}
