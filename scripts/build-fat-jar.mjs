// Packs java-repro/spring-boot with the plugin, and so with the loader, of one Spring Boot version, spelled as on Maven Central:
// build/java/spring-boot/VERSION/app.jar, whose path goes to stdout.
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, run, which } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [version = ''] = process.argv.slice(2);
// It becomes part of a path.
if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version))
  fail(
    `expected a version of Spring Boot, such as 2.0.4.RELEASE or 3.5.0, found "${version}". Usage: npm run build:fat-jar -- 2.0.4.RELEASE`,
  );
if (!which('mvn')) fail('expected Maven on PATH, found none. Install it: apt-get install maven');

const output = join(root, 'build', 'java', 'spring-boot');
mkdirSync(output, { recursive: true });
const scratch = mkdtempSync(join(output, 'pack-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
// A copy: two versions may be packed at the same time.
cpSync(join(root, 'java-repro', 'spring-boot'), scratch, { recursive: true });
const goals = ['resources:resources', 'compiler:compile', 'jar:jar', 'spring-boot:repackage'];
if (
  !run('mvn', ['-B', '-q', ...goals, `-Dspring-boot.version=${version}`], {
    cwd: scratch,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
)
  fail(
    `Maven could not pack Spring Boot ${version}; its output is above. Check the version and that Maven Central can be reached.`,
  );
const jar = join(output, version, 'app.jar');
mkdirSync(join(output, version), { recursive: true });
renameSync(join(scratch, 'target', 'app.jar'), jar);
console.log(jar);
