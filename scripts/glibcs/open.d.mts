export interface Glibc {
  version: string;
  /** As the library calls itself, such as "Ubuntu GLIBC 2.43-2ubuntu2". */
  build: string;
  folder: string;
  /** Compiles a C program against it. With `-static` among the flags it needs nothing at run time; else it is run by this glibc's own loader. */
  compile(source: string, output: string, flags?: readonly string[]): void;
}
export interface Musl {
  version: string;
  /** As it tells it. */
  build: string;
  folder: string;
  /** Its dynamic linker, which is its libc: runs the program that is its first argument. */
  loader: string;
}
/** A musl that `npm run glibcs` has made, or why there is none. */
export function openMusl(version: string): Musl | { reason: string };
/** A glibc that `npm run glibcs` has made, or why there is none. */
export function openGlibc(version: string): Glibc | { reason: string };
