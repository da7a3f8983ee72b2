// Whole programs with a check of their own: what a script prints must be the same under every library. $WORK is an empty folder, $ROOT this project.
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

const ofJdk = ({ home, major }) => [
  ...(existsSync(join(home, 'lib', 'src.zip')) ? [ofSources({ home, major })] : []),
  {
    name: `javac ${major}`,
    version: `${home}/bin/java -version 2>&1`,
    check: 'class files of the reproducer, byte by byte',
    needs: [`${home}/bin/javac`],
    quick: false,
    script: `${home}/bin/javac --release 17 -d out $(find $ROOT/java-repro/src -name '*.java') && cd out && find . -name '*.class' | sort | xargs sha256sum`,
  },
  {
    name: `the scan and jcmd on JDK ${major}`,
    version: `${home}/bin/java -version 2>&1`,
    check: 'classes and streams of the scan; jcmd answers',
    needs: [`${home}/bin/jcmd`],
    quick: false,
    script: `${home}/bin/java -jar $ROOT/build/java/offheap-repro.jar build-scan-set --output=app.jar > /dev/null
${home}/bin/java -Xmx256m -jar $ROOT/build/java/offheap-repro.jar scan --jars=app.jar --streams=4000 --settle-ms=0 > scan.txt
grep -c '^@phase' scan.txt
${home}/bin/java -Xmx64m -jar $ROOT/build/java/offheap-repro.jar scan --jars=app.jar --streams=100 --hold > /dev/null & java=$!
until ${home}/bin/jcmd $java GC.run > answer.txt 2> /dev/null; do kill -0 $java; done
tail -1 answer.txt; kill $java; wait $java || true`,
  },
];

/** C++ under a JVM, whose operators new and delete are the allocator's where it has some. */
export const rocksDb = { artifact: 'org.rocksdb:rocksdbjni:9.7.3', jar: 'build/jars/rocksdbjni-9.7.3.jar' };

const ofRocksDb = (root) => ({
  name: 'RocksDB by JNI',
  version: `echo ${rocksDb.artifact}`,
  check: 'a hash of 100,000 rows: written, compacted and read in order',
  needs: ['java', join(root, rocksDb.jar)],
  quick: false,
  script: `java -Xmx128m -cp $ROOT/${rocksDb.jar} $ROOT/scripts/programs/Rocks.java`,
});

export const programsOf = (root) => [
  ofRocksDb(root),
  {
    name: 'gcc',
    version: 'gcc --version',
    check: 'object files of the heap walk, byte by byte',
    needs: ['gcc'],
    quick: false,
    script:
      'for file in $ROOT/native/inspect/chunk_*.c; do gcc -std=gnu11 -O2 -I$ROOT/native/inspect -c $file -o $(basename $file).o; done; sha256sum *.o',
  },
  {
    name: 'git',
    version: 'git --version',
    check: 'clone of this repository, fsck, tree and log',
    needs: ['git', join(root, '.git')],
    quick: false,
    script:
      'git clone -q --no-hardlinks $ROOT copy; cd copy; git fsck --no-progress --no-dangling; git rev-parse HEAD^{tree}; git log --stat -20 | sha256sum; git gc -q',
  },
  {
    name: 'sqlite3',
    version: 'sqlite3 --version',
    check: 'sums, order and integrity of 50,000 rows',
    needs: ['sqlite3'],
    quick: true,
    script: `sqlite3 a.db "create table t(a integer primary key, b text, c real); with recursive n(i) as (select 1 union all select i+1 from n where i<50000) insert into t select i, hex(i*7919), i*0.5 from n; create index x on t(b); delete from t where a%3=0; vacuum; pragma integrity_check; select count(*), sum(a), sum(c), group_concat(b) from (select * from t order by b limit 1000);"`,
  },
  {
    name: 'python3',
    version: '/usr/bin/python3 --version',
    check: 'json, threads, sorting and regular expressions of 20,000 objects',
    needs: ['/usr/bin/python3'],
    quick: true,
    script: `/usr/bin/python3 -c 'import json,re,hashlib,concurrent.futures as c
d=[{"i":i,"s":"x"*(i%97),"l":list(range(i%11))} for i in range(20000)]
t=json.dumps(d); assert json.loads(t)==d
with c.ThreadPoolExecutor(8) as e: r=list(e.map(lambda n: hashlib.sha256(t[n::97].encode()).hexdigest(), range(97)))
print(len(t), r[5], len(re.findall("x+", t)), sorted(d, key=lambda o: o["s"])[-1]["i"])'`,
  },
  {
    name: "python's own tests",
    version: 'python3 --version',
    check: 'test_json, test_dict, test_list, test_bytes, test_re pass',
    needs: ['python3'],
    quick: false,
    script: `python3 -c 'import test.test_json' && python3 -m test -q test_json test_dict test_list test_bytes test_re | grep -E 'Result|SUCCESS|FAIL'`,
  },
  {
    name: 'redis-server',
    version: 'redis-server --version',
    check: 'redis-benchmark, then keys, memory accounting and shutdown',
    needs: ['redis-server', 'redis-benchmark'],
    quick: false,
    script: `redis-server --port 0 --unixsocket $WORK/s --save '' > log.txt & server=$!
until redis-cli -s s ping > /dev/null 2>&1; do kill -0 $server; done
redis-benchmark -s s -q -n 20000 -r 5000 -d 300 -t set,get,lpush,lpop,hset,zadd > /dev/null
redis-cli -s s flushall; redis-cli -s s eval "for i=1,20000 do redis.call('set','k'..i,string.rep('v',i%400)) end return redis.call('dbsize')" 0
redis-cli -s s strlen k399; redis-cli -s s shutdown nosave || true; wait $server; echo ended`,
  },
  {
    name: 'node',
    version: 'node --version',
    check: "this project's unit tests pass",
    needs: ['node'],
    quick: false,
    script: `cd $ROOT && $NODE node_modules/vitest/vitest.mjs run --project=unit test/unit/parse test/unit/stats test/unit/model 2>/dev/null | sed 's/\\x1b\\[[0-9;]*m//g' | grep -E '^ +(Test Files|Tests) '`,
  },
  ...homes().flatMap(ofJdk),
];
