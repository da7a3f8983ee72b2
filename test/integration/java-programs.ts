import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtIn, compile, compileWhenNewer, shortLived } from '../corpus/compile.ts';

const programs = fileURLToPath(new URL('programs', import.meta.url));
const classes = builtIn('programs');

/** Puts the classes of programs/NAME.java into a folder. All programs are compiled together, once in a checkout, and run on JDK 8 and later. */
export function copyPrograms(folder: string, ...names: readonly string[]): void {
  compileWhenNewer(classes, ['../integration/programs'], (into) => {
    const files = readdirSync(programs).filter((file) => file.endsWith('.java'));
    const of = ['-source', '8', '-target', '8', '-nowarn', '-Xlint:-options', '-XDignore.symbol.file'];
    compile('javac', [...shortLived, ...of, '-d', into, ...files.map((file) => join(programs, file))]);
  });
  for (const name of names) {
    const own = readdirSync(classes).filter((file) => file === `${name}.class` || file.startsWith(`${name}$`));
    if (own.length === 0) throw new Error(`programs/${name}.java is not there`);
    for (const file of own) copyFileSync(join(classes, file), join(folder, file));
  }
}
