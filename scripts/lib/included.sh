# debootstrap's script for a release, but for what it installs: --include alone says that.
. "$DEBOOTSTRAP_DIR/scripts/$OFFHEAP_SCRIPT"
work_out_debs() {
    required=''
    base=''
}
