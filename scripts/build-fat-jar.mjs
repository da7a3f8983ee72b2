// Packs java-repro/spring-boot with the plugin, and so with the loader, of one Spring Boot version, spelled as on Maven Central:
// build/java/spring-boot/VERSION/app.jar, whose path goes to stdout. Does nothing more when it is there.
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, run, which } from './lib/run.mjs';
import { buildWhenChanged } from './lib/stamp.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [version = ''] = process.argv.slice(2);
// It becomes part of a path.
if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version))
  fail(
    `expected a version of Spring Boot, such as 2.0.4.RELEASE or 3.5.0, found "${version}". Usage: npm run build:fat-jar -- 2.0.4.RELEASE`,
  );
const output = join('build', 'java', 'spring-boot');
const jar = join(output, version, 'app.jar');
buildWhenChanged({
  root,
  name: `fat-jar-${version}`,
  inputs: ['java-repro/spring-boot', 'scripts/build-fat-jar.mjs'],
  outputs: [jar],
  build: pack,
});
console.log(join(root, jar));

function pack() {
  if (!which('mvn')) fail('expected Maven on PATH, found none. Install it: apt-get install maven');
  mkdirSync(join(root, output), { recursive: true });
  const scratch = mkdtempSync(join(root, output, 'pack-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  // A copy: two versions may be packed at the same time.
  cpSync(join(root, 'java-repro', 'spring-boot'), scratch, { recursive: true });
  const goals = ['resources:resources', 'compiler:compile', 'jar:jar', 'spring-boot:repackage'];
  // Maven is over before C2 would pay.
  const options = `-XX:TieredStopAtLevel=1 ${process.env.MAVEN_OPTS ?? ''}`;
  if (
    !run('mvn', ['-B', '-q', ...goals, `-Dspring-boot.version=${version}`], {
      cwd: scratch,
      env: { ...process.env, LC_ALL: 'C.UTF-8', MAVEN_OPTS: options },
    })
  )
    fail(
      `Maven could not pack Spring Boot ${version}; its output is above. Check the version and that Maven Central can be reached.`,
    );
  mkdirSync(join(root, output, version), { recursive: true });
  renameSync(join(scratch, 'target', 'app.jar'), join(root, jar));
}
