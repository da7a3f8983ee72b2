// Chromium: a tree of processes, made by raw clones, each in a sandbox.
const page = 'file://$WORK/page.html';
const usual = '--headless=new --disable-gpu --hide-scrollbars --window-size=640,480 --virtual-time-budget=2000';

/** @param {string} runner what begins the command @param {string} more options */
const script = (runner, more) => `cp $ROOT/scripts/programs/payload/page.html .
for profile in dom picture; do ${runner} mkdir $profile; done
${runner} chromium ${usual} ${more} --user-data-dir=$WORK/dom --dump-dom ${page} 2> dom.txt | grep -o '<output.*'
${runner} chromium ${usual} ${more} --user-data-dir=$WORK/picture --screenshot=$WORK/picture/page.png ${page} 2> picture.txt
sha256sum < picture/page.png`;

const shared = {
  version: 'chromium --version',
  needs: ['chromium'],
  packages: ['chromium'],
  quick: false,
};

export const browsers = [
  {
    ...shared,
    name: 'Chromium',
    check: 'a page whose script fills, sorts and hashes; its DOM and a picture of it, byte by byte; without its sandbox',
    script: script('', '--no-sandbox'),
  },
  {
    ...shared,
    name: 'Chromium in its sandbox',
    check: 'the same as an ordinary user, with namespaces and seccomp filters',
    needs: [
      'chromium',
      'setpriv',
      {
        command: `$([ $(id -u) != 0 ] || echo setpriv --reuid=65534 --regid=65534 --clear-groups) unshare --user --pid --net --fork true`,
        why: 'user namespaces are not to be had',
      },
    ],
    script: script('$ORDINARY', ''),
  },
];
