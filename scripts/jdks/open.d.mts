/** A JDK that `npm run jdks` has fetched, or why there is none. It has no compiler: it is an image of jlink. */
export function openJdk(feature: number): { home: string; version: string } | { reason: string };
