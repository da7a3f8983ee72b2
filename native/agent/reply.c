/* SPDX-License-Identifier: MIT */
#include "reply.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { last_line_bytes = 8, digits_most = 20 };

/* Whole lines only; the last one has its room kept. */
static bool has_room(struct reply *reply, size_t bytes) {
    if (reply->is_full || bytes > reply_bytes - last_line_bytes - reply->used) {
        reply->is_full = true;
    }
    return !reply->is_full;
}

static void append(struct reply *reply, const char *text, size_t length) {
    for (size_t index = 0; index < length; index++) {
        unsigned char byte = (unsigned char)text[index];
        reply->text[reply->used++] = (char)(byte < ' ' || byte == 0x7f ? '?' : byte);
    }
}

void reply_line(struct reply *reply, const char *line) {
    size_t length = strlen(line);
    bool is_last = length < last_line_bytes && reply->used + length + 1 <= reply_bytes;
    if (is_last || has_room(reply, length + 1)) {
        append(reply, line, length);
        reply->text[reply->used++] = '\n';
    }
}

void reply_text(struct reply *reply, const char *key, const char *value) {
    size_t key_length = strlen(key);
    size_t length = strlen(value);
    if (has_room(reply, key_length + length + 2)) {
        append(reply, key, key_length);
        append(reply, " ", 1);
        append(reply, value, length);
        reply->text[reply->used++] = '\n';
    }
}

void reply_number(struct reply *reply, const char *key, uint64_t value) {
    char digits[digits_most + 1];
    char *at = digits + digits_most;
    *at = '\0';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    reply_text(reply, key, at);
}

/* It takes the whole at once: a socket holds ten times as much for one that does not read yet (wmem_default). */
bool reply_send(const struct reply *reply, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        return false;
    }
    memcpy(address.sun_path, path, length + 1);
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0) {
        return false;
    }
    bool is_sent = connect(file, (const struct sockaddr *)&address, sizeof address) == 0 &&
                   send(file, reply->text, reply->used, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)reply->used;
    close(file);
    return is_sent;
}
