import { packagedAllocators } from '../../allocators/registry.ts';

const [first, ...others] = packagedAllocators.map((key) => key.toUpperCase());
const names = [`OFFHEAP_${first}_LIBRARY`, ...others.map((key) => `…_${key}_…`)];

/** For the manuals of commands that start allocators. */
export const libraryVariables = `${names.join(', ')}   the file to take instead of the one found`;
