/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "connect_as.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { another_user = 65533, another_group = 65532 };

static char folder[] = "/tmp/offheap-connect-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};

static int listening(int queue) {
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(server >= 0 && bind(server, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(chmod(address.sun_path, 0600) == 0 && listen(server, queue) == 0);
    return server;
}

static struct ucred peer_of(int server) {
    struct ucred peer;
    socklen_t bytes = sizeof peer;
    int accepted = accept(server, NULL, NULL);
    CHECK(accepted >= 0 && getsockopt(accepted, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0);
    CHECK(close(accepted) == 0);
    return peer;
}

static void check_unchanged(void) {
    uid_t users[3];
    gid_t groups[3];
    CHECK(getresuid(&users[0], &users[1], &users[2]) == 0 && getresgid(&groups[0], &groups[1], &groups[2]) == 0);
    CHECK(users[0] == users[1] && users[1] == users[2] && groups[0] == groups[1] && groups[1] == groups[2]);
    CHECK(prctl(PR_GET_DUMPABLE) == 1);
}

static void connects_as(uid_t user, gid_t group) {
    int server = listening(1);
    CHECK(chown(address.sun_path, user, group) == 0);
    struct connect_outcome outcome = connect_as(address.sun_path, user, group);
    CHECK(outcome.failed_at == connect_done && outcome.error == 0);
    CHECK((fcntl(outcome.socket, F_GETFL) & O_NONBLOCK) != 0 && (fcntl(outcome.socket, F_GETFD) & FD_CLOEXEC) != 0);
    struct ucred peer = peer_of(server);
    CHECK(peer.uid == user && peer.gid == group && peer.pid == getpid());
    check_unchanged();
    CHECK(close(outcome.socket) == 0 && close(server) == 0 && unlink(address.sun_path) == 0);
}

static void fails_with(enum connect_step step, int error, uid_t user, gid_t group) {
    struct connect_outcome outcome = connect_as(address.sun_path, user, group);
    CHECK(outcome.failed_at == step && outcome.error == error && outcome.socket == -1);
    check_unchanged();
}

static void test_who_is_told(void) {
    connects_as(geteuid(), getegid());
    if (geteuid() == 0) {
        connects_as(another_user, another_group);
        connects_as(another_user, getegid());
    } else {
        fails_with(connect_ids, EPERM, 0, 0);
    }
}

static void test_nobody_listens(void) {
    fails_with(connect_socket, ENOENT, geteuid(), getegid());
    CHECK(close(listening(1)) == 0);
    fails_with(connect_socket, ECONNREFUSED, geteuid(), getegid());
    CHECK(unlink(address.sun_path) == 0);
}

static void test_a_full_queue_is_not_waited_for(void) {
    int server = listening(0);
    struct connect_outcome first = connect_as(address.sun_path, geteuid(), getegid());
    CHECK(first.failed_at == connect_done);
    fails_with(connect_socket, EAGAIN, geteuid(), getegid());
    CHECK(close(first.socket) == 0 && close(server) == 0 && unlink(address.sun_path) == 0);
}

static void test_who_may_not(void) {
    if (geteuid() != 0) {
        return;
    }
    int server = listening(1);
    /* The socket is root's alone. */
    fails_with(connect_socket, EACCES, another_user, another_group);
    CHECK(close(server) == 0 && unlink(address.sun_path) == 0);
}

static void test_a_long_name(void) {
    char path[8192];
    memset(path, 'x', sizeof path);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    CHECK(connect_as(path, geteuid(), getegid()).error == ENAMETOOLONG);
    (void)snprintf(path, sizeof path, "%s/%0120d", folder, 0);
    CHECK(connect_as(path, geteuid(), getegid()).error == ENAMETOOLONG);
}

int main(void) {
    CHECK(mkdtemp(folder) != NULL && chmod(folder, 0755) == 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    test_who_is_told();
    test_nobody_listens();
    test_a_full_queue_is_not_waited_for();
    test_who_may_not();
    test_a_long_name();
    return rmdir(folder);
}
