export function makeCodeCache(root: string): string | undefined;
