/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CONNECT_AS_H
#define OFFHEAP_CONNECT_AS_H

/*
 * Who listens at a UNIX socket is told the effective user and group of whoever has connected (SO_PEERCRED, unix(7)).
 * The attach listeners of JDK 8 and 9 hear nobody whose are not their own, root neither (jdk8u:
 * attachListener_linux.cpp, LinuxAttachListener::dequeue).
 */

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum connect_step { connect_done, connect_ids, connect_socket };

struct connect_outcome {
    enum connect_step failed_at; /* connect_ids: the kernel does not let this process take the user or the group */
    int error;                   /* errno of it, or 0 */
    int socket;                  /* connected, non-blocking and close-on-exec; -1 where it failed */
};

/*
 * Connects to a socket as a user and a group. Only a thread of its own has them, and for the connection alone: the
 * others stay who they are. The socket's folder is opened as who this process is, who may see more of another process.
 * Does not wait: with a full queue it fails with EAGAIN.
 */
struct connect_outcome connect_as(const char *path, uid_t user, gid_t group);

#ifdef __cplusplus
}
#endif

#endif
