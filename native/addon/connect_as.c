/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "connect_as.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

struct connection {
    struct sockaddr_un address;
    int socket;
    uid_t user;
    gid_t group;
    enum connect_step failed_at;
    int error;
};

static const long same = -1;

/* The system calls themselves: libc's functions change all threads of the process. */
static bool take_ids(uid_t user, gid_t group) {
    return syscall(SYS_setresgid, same, (long)group, same) == 0 && syscall(SYS_setresuid, same, (long)user, same) == 0;
}

static void *run(void *context) {
    struct connection *connection = context;
    uid_t own_user = geteuid();
    gid_t own_group = getegid();
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    if (!take_ids(connection->user, connection->group)) {
        connection->failed_at = connect_ids;
        connection->error = errno;
    } else if (connect(connection->socket, (struct sockaddr *)&connection->address, sizeof connection->address) != 0) {
        connection->failed_at = connect_socket;
        connection->error = errno;
    }
    /* The user first: the own one may be allowed what the other is not. Both are among its real and saved ones. */
    (void)syscall(SYS_setresuid, same, (long)own_user, same);
    (void)syscall(SYS_setresgid, same, (long)own_group, same);
    /* Whoever changes its user leaves no core, and its /proc belongs to root: of the process that is true no longer. */
    if (dumpable == 1) {
        (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    }
    return NULL;
}

/* In a thread that no handler of the process runs in. 0, or an errno. */
static int run_in_thread(struct connection *connection) {
    sigset_t all;
    sigset_t before;
    pthread_t thread;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread, NULL, run, connection);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0) {
        error = pthread_join(thread, NULL);
    }
    return error;
}

static struct connect_outcome failed(enum connect_step step, int error) {
    return (struct connect_outcome){.failed_at = step, .error = error, .socket = -1};
}

static struct connect_outcome connect_in(int folder, const char *name, uid_t user, gid_t group) {
    struct connection connection = {.user = user, .group = group, .address = {.sun_family = AF_UNIX}};
    size_t room = sizeof connection.address.sun_path;
    int length = snprintf(connection.address.sun_path, room, "/proc/self/fd/%d/%s", folder, name);
    if (length < 0 || (size_t)length >= room) {
        return failed(connect_socket, ENAMETOOLONG);
    }
    connection.socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection.socket < 0) {
        return failed(connect_socket, errno);
    }
    int error = run_in_thread(&connection);
    if (error == 0 && connection.failed_at == connect_done) {
        return (struct connect_outcome){.socket = connection.socket};
    }
    (void)close(connection.socket);
    return error != 0 ? failed(connect_socket, error) : failed(connection.failed_at, connection.error);
}

struct connect_outcome connect_as(const char *path, uid_t user, gid_t group) {
    char folder_path[PATH_MAX];
    char name_path[PATH_MAX];
    if (strlen(path) >= PATH_MAX) {
        return failed(connect_socket, ENAMETOOLONG);
    }
    /* Each writes into its argument. */
    (void)strcpy(folder_path, path);
    (void)strcpy(name_path, path);
    int folder = open(dirname(folder_path), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return failed(connect_socket, errno);
    }
    struct connect_outcome outcome = connect_in(folder, basename(name_path), user, group);
    (void)close(folder);
    return outcome;
}
