import { readPackageText } from './package-text.ts';

/** offheap's own version, from package.json. */
export const toolVersion: string = JSON.parse(readPackageText('package.json')).version;
