// Compilers, archivers, shells and what works on media: many short processes, and threads.
import { join } from 'node:path';

export const tools = (root) => [
  {
    name: 'gcc',
    version: 'gcc --version',
    check: 'object files of the heap walk, byte by byte',
    needs: ['gcc'],
    packages: ['gcc'],
    quick: false,
    script:
      'for file in $ROOT/native/inspect/chunk_*.c; do gcc -std=gnu11 -O2 -I$ROOT/native/inspect -c $file -o $(basename $file).o; done; sha256sum *.o',
  },
  {
    name: 'make',
    version: 'make --version',
    check: 'make -j4 of the C sources of the native part: object files, byte by byte',
    needs: ['make', 'gcc'],
    packages: ['make', 'gcc'],
    quick: false,
    script: `printf '%s\\n' 'CFLAGS = -std=gnu11 -O1 -D_GNU_SOURCE -I$(D)/base -I$(D)/shared -I$(D)/counters -I$(D)/inspect' 'VPATH = $(D)/base:$(D)/counters:$(D)/inspect' \\
  'all: $(patsubst %.c,%.o,$(notdir $(wildcard $(D)/base/*.c $(D)/counters/*.c $(D)/inspect/*.c)))' > Makefile
make -s -j4 D=$ROOT/native && sha256sum *.o`,
  },
  {
    name: 'git',
    version: 'git --version',
    check: 'clone of this repository, fsck, tree and log',
    needs: ['git', join(root, '.git')],
    packages: ['git'],
    quick: false,
    script:
      'git clone -q --no-hardlinks $ROOT copy; cd copy; git fsck --no-progress --no-dangling; git rev-parse HEAD^{tree}; git log --stat -20 | sha256sum; git gc -q',
  },
  {
    name: 'bash',
    version: 'bash --version',
    check: '2,000 subshells, arrays, pipes, traps, a co-process and here-documents',
    needs: ['bash'],
    quick: false,
    script: `sum=0; for n in $(seq 1500); do sum=$((sum + $(echo $((n * 3))))); done; echo $sum
for n in $(seq 500); do (exit $((n % 3))) || failed=$((failed + 1)); done; echo $failed
declare -A map; for n in $(seq 5000); do map[k$n]=$(( n * n )); done; for key in "$\{!map[@]}"; do echo $key $\{map[$key]}; done | sort | sha256sum
coproc tr a-z A-Z; echo hello >&$\{COPROC[1]}; eval "exec $\{COPROC[1]}>&-"; read -r line <&$\{COPROC[0]}; echo $line
trap 'echo trapped' USR1; kill -USR1 $BASHPID; seq 1 30000 | while read -r n; do echo $((n % 7)); done | sort | uniq -c`,
  },
  {
    name: 'xargs and sort',
    version: 'sort --version',
    check: 'xargs -P4 of sha256sum over this project; sort --parallel of 500,000 lines; awk',
    needs: ['xargs', 'awk'],
    quick: false,
    script: `find $ROOT/src $ROOT/native $ROOT/test -type f -print0 | xargs -0 -P4 -n 20 sha256sum | sort | sha256sum
seq 1 500000 | awk '{ print ($1 * 7919) % 1000003, $1 }' > numbers; sort --parallel=4 -S 8M -n numbers | sha256sum
awk '{ sum[$1 % 1000] += $2 } END { for (key in sum) print key, sum[key] }' numbers | sort -n | sha256sum`,
  },
  {
    name: 'tar and its compressors',
    version: 'xz --version',
    check: 'gzip, xz and zstd by four threads of this project’s sources, byte by byte, and back',
    needs: ['tar', 'xz', 'zstd'],
    packages: ['xz-utils', 'zstd'],
    quick: false,
    script: `tar --sort=name --mtime=@0 --owner=0 --group=0 -C $ROOT -cf a.tar src native test docs
gzip -nk a.tar; xz -k -3 -T4 --block-size=1MiB a.tar; zstd -q -k -5 -T4 a.tar; sha256sum a.tar.*
for unpack in 'gzip -dc a.tar.gz' 'xz -dc -T4 a.tar.xz' 'zstd -q -dc a.tar.zst'; do $unpack | cmp - a.tar && echo same; done
mkdir out; tar -C out -xf a.tar; find out -type f | wc -l`,
  },
  {
    name: 'ffmpeg',
    version: 'ffmpeg -version',
    check: 'H.264 and AAC of a test picture by four threads, and the decoded frames: hashes of each',
    needs: ['ffmpeg'],
    packages: ['ffmpeg'],
    quick: false,
    script: `ffmpeg -nostdin -v error -f lavfi -i testsrc2=duration=3:size=640x360:rate=25 -f lavfi -i sine=duration=3 -c:v libx264 -preset fast -threads 4 -c:a aac -bitexact -flags +bitexact -y a.mkv
sha256sum < a.mkv; ffmpeg -nostdin -v error -threads 4 -i a.mkv -vf scale=320:-2 -f framemd5 - | sha256sum`,
  },
  {
    name: 'ImageMagick',
    version: 'convert-im6.q16 -version',
    check: 'a drawn picture blurred, turned, quantised and written as PNG, JPEG and TIFF: signatures of the pixels',
    needs: ['convert-im6.q16', 'identify-im6.q16'],
    packages: ['imagemagick'],
    quick: false,
    script: `convert-im6.q16 -seed 7 -size 900x700 plasma:fractal -blur 0x4 -rotate 17 -swirl 40 -colors 200 a.png
convert-im6.q16 a.png -resize 50% -unsharp 0x1 b.jpg; convert-im6.q16 a.png b.jpg -append -compress zip c.tiff
identify-im6.q16 -format '%m %w %h %#\\n' a.png b.jpg c.tiff`,
  },
];
