/** Compiles program/Known.java for each JDK from 8 into a folder. Returns whether that succeeded; javac has said why not. */
export function compileKnown(folder: string): boolean;
/** So large that nothing but --gc collects: what the program has dropped is to wait for it. */
export const heapFlags: readonly string[];
