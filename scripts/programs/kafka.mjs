// Kafka: a broker of some forty jars, whose compressions are native code.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../lib/run.mjs';
import { freePort, hasLibrary } from './servers.mjs';

const version = '4.3.1';
const jars = `build/jars/kafka-${version}`;
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Brings the broker's jars and all that they need by the machine's Maven: whole or not at all. */
export function fetchKafka(root) {
  if (existsSync(join(root, jars))) return;
  say('fetching Kafka …');
  mkdirSync(join(root, 'build', 'jars'), { recursive: true });
  const folder = mkdtempSync(join(root, 'build', 'jars', '.kafka-'));
  try {
    cpSync(join(root, 'scripts', 'programs', 'payload', 'kafka-pom.xml'), join(folder, 'pom.xml'));
    const args = [
      '-q',
      '-B',
      `${plugin}:copy-dependencies`,
      '-DincludeScope=runtime',
      '-DoutputDirectory=jars',
      `-Dkafka=${version}`,
    ];
    const { status, stdout, error } = spawnSync('mvn', args, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
    if (status === 0) renameSync(join(folder, 'jars'), join(root, jars));
    else say(`Kafka could not be fetched: ${error?.message ?? stdout.split('\n')[0]}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const kafka = (root) => ({
  name: 'Kafka',
  version: `echo ${version}`,
  check:
    'a broker that is its own controller; 25,000 records, uncompressed, by gzip, snappy, lz4 and zstd: hashes of what comes back; shutdown by SIGTERM',
  needs: ['java', 'python3', join(root, jars)],
  packages: ['maven'],
  quick: false,
  script: `jars="$ROOT/${jars}/*"; broker=${freePort}; controller=${freePort}
printf '%s\\n' process.roles=broker,controller node.id=1 controller.listener.names=CONTROLLER "controller.quorum.voters=1@127.0.0.1:$controller" \\
  "listeners=PLAINTEXT://127.0.0.1:$broker,CONTROLLER://127.0.0.1:$controller" log.dirs=$WORK/data > server.properties
java -Xmx64m -cp "$jars" kafka.tools.StorageTool format -t 4L6g3nShT-eMCtK--X86sw -c server.properties > format.txt 2>&1
java -Xmx256m -cp "$jars" kafka.Kafka server.properties > log.txt 2>&1 & server=$!
until (exec 3<>/dev/tcp/127.0.0.1/$broker) 2> probe.txt; do kill -0 $server; sleep 0.1; done
${hasLibrary('$server')}
java -Xmx128m -cp "$jars" $ROOT/scripts/programs/payload/Brokered.java 127.0.0.1:$broker 2> client.txt
kill -TERM $server; wait $server || echo "ended with $?"; ls data | grep -c -- '-0$'`,
});
