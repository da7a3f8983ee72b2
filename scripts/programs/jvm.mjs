// Each JDK that is found: its compiler, its collectors, its options and its tools.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const jvms = '/usr/lib/jvm';

function homes() {
  if (!existsSync(jvms)) return [];
  const all = readdirSync(jvms).map((name) => ({
    home: join(jvms, name),
    major: /(?:java-|temurin-|-)(?:1\.)?(\d+)/.exec(name)?.[1],
  }));
  const ofMajor = new Map(
    all.filter(({ home, major }) => major && existsSync(join(home, 'bin', 'javac'))).map((jdk) => [jdk.major, jdk]),
  );
  return [...ofMajor.values()];
}

/** Where the JDK has its own sources with it: a large tree. */
const ofSources = ({ home, major }) => ({
  name: `javac ${major} of java.xml`,
  version: `${home}/bin/java -version 2>&1`,
  check: "1,800 source files of the JDK's own: class files, byte by byte",
  needs: [`${home}/bin/javac`],
  quick: false,
  script: `${home}/bin/jar xf ${home}/lib/src.zip java.xml
${home}/bin/javac -nowarn -proc:none -d out --patch-module java.xml=java.xml $(find java.xml -name '*.java' | sort)
cd out && find . -name '*.class' | wc -l && find . -name '*.class' | sort | xargs sha256sum`,
});

const collectors = [
  { name: 'Serial', since: 8 },
  { name: 'Parallel', since: 8 },
  { name: 'G1', since: 8 },
  { name: 'Z', since: 17 },
  // Not in every vendor's JDK.
  { name: 'Shenandoah', since: 17 },
];

/** A class file of the JDK's own release, in a jar, since only that can be archived. */
const compileChurn = (home) =>
  `${home}/bin/javac -d out $ROOT/scripts/programs/payload/Churn.java && ${home}/bin/jar cf churn.jar -C out .`;

const ofCollector = ({ home, major }, { name }) => ({
  name: `JDK ${major} ${name}`,
  version: `${home}/bin/java -version 2>&1`,
  check: 'eight threads of objects, direct buffers, Inflaters, Deflaters and class loaders: a sum of what came back',
  needs: [{ command: `${home}/bin/java -XX:+Use${name}GC -version`, why: `this JDK has no ${name} collector` }],
  quick: false,
  script: `${compileChurn(home)}
${home}/bin/java -XX:+Use${name}GC -Xmx256m -cp churn.jar Churn`,
});

const ofOptions = ({ home, major }) => ({
  name: `options of JDK ${major}`,
  version: `${home}/bin/java -version 2>&1`,
  check:
    'large and touched pages, NMT, a flight recording, an archive of classes made and used, the agent for debuggers: the same sum each time',
  needs: [`${home}/bin/jfr`],
  quick: false,
  script: `${compileChurn(home)}
churn() { ${home}/bin/java -Xmx192m -Xlog:disable -XX:-PrintWarnings "$@" -cp churn.jar Churn 2> errors.txt; }
churn -XX:+UseLargePages; churn -XX:+UseTransparentHugePages -XX:+AlwaysPreTouch -Xms192m
churn -XX:NativeMemoryTracking=detail -XX:+UnlockDiagnosticVMOptions -XX:+PrintNMTStatistics | grep -cE '^(sum|Native Memory Tracking)'
churn -XX:StartFlightRecording=filename=a.jfr,settings=profile | grep sum; ${home}/bin/jfr print --events jdk.CPULoad,jdk.GarbageCollection a.jfr | grep -q jdk. && echo recorded
churn -XX:ArchiveClassesAtExit=a.jsa; churn -XX:SharedArchiveFile=a.jsa -Xshare:on
churn -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0 | grep sum`,
});

const ofJdk = (jdk) => [
  ...(existsSync(join(jdk.home, 'lib', 'src.zip')) ? [ofSources(jdk)] : []),
  {
    name: `javac ${jdk.major}`,
    version: `${jdk.home}/bin/java -version 2>&1`,
    check: 'class files of the reproducer, byte by byte',
    needs: [`${jdk.home}/bin/javac`],
    quick: false,
    script: `${jdk.home}/bin/javac --release 17 -encoding UTF-8 -d out $(find $ROOT/java-repro/src -name '*.java') && cd out && find . -name '*.class' | sort | xargs sha256sum`,
  },
  {
    name: `the scan and jcmd on JDK ${jdk.major}`,
    version: `${jdk.home}/bin/java -version 2>&1`,
    check: 'classes and streams of the scan; jcmd answers',
    needs: [`${jdk.home}/bin/jcmd`],
    quick: false,
    script: `${jdk.home}/bin/java -jar $ROOT/build/java/offheap-repro.jar build-scan-set --output=app.jar > /dev/null
${jdk.home}/bin/java -Xmx256m -jar $ROOT/build/java/offheap-repro.jar scan --jars=app.jar --streams=4000 --settle-ms=0 > scan.txt
grep -c '^@phase' scan.txt
${jdk.home}/bin/java -Xmx64m -jar $ROOT/build/java/offheap-repro.jar scan --jars=app.jar --streams=100 --hold > /dev/null & java=$!
until ${jdk.home}/bin/jcmd $java GC.run > answer.txt 2> /dev/null; do kill -0 $java; sleep 0.1; done
tail -1 answer.txt; for command in GC.class_histogram Thread.print VM.info; do ${jdk.home}/bin/jcmd $java $command | wc -c | sed -E 's/[0-9]{4,}/long/'; done
kill $java; wait $java || true`,
  },
  ...collectors.filter(({ since }) => jdk.major >= since).map((collector) => ofCollector(jdk, collector)),
  ofOptions(jdk),
];

export const javas = () => homes().flatMap(ofJdk);
