/* SPDX-License-Identifier: MIT */
#include "allocators.h"
#include "reply.h"
#include "request.h"

#include <time.h>

/* jni.h is not there where there is no JDK. */
typedef void JavaVM;
typedef int32_t jint;

/* src/observe/ask-allocator.ts makes sentences of them. */
enum { agent_ok = 0, agent_bad_request = 1, agent_no_answer = 2 };

enum { ns_a_second = 1000000000 };

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * ns_a_second + (uint64_t)now.tv_nsec;
}

static void tell(struct reply *reply, const struct served *found) {
    reply_text(reply, "object", found->object);
    reply_number(reply, "serves", found->serves);
    found->kind->ask(&found->calls, reply);
}

/* What is idle is given back by that which serves malloc: another allocator's memory is its library's to judge. */
static void purge(struct reply *reply, const struct served *found) {
    uint64_t begun = now_ns();
    bool is_done = found->kind->purge != NULL && found->kind->purge(&found->calls);
    reply_number(reply, "purgeNs", now_ns() - begun);
    reply_number(reply, "purged", is_done);
    reply_line(reply, "after");
    found->kind->ask(&found->calls, reply);
}

/* Of that which serves malloc, too. One that has no such setting says nothing of it. */
static void set(struct reply *reply, const struct served *found, const struct setting *settings) {
    for (enum setting_name name = 0; found->kind->set != NULL && name < settings_count; name++) {
        if (settings[name].is_given) {
            bool is_taken = found->kind->set(&found->calls, name, settings[name].value);
            reply_text(reply, is_taken ? "taken" : "refused", settings[name].name);
        }
    }
}

static void answer(const struct request *request, struct reply *reply) {
    struct found_allocators found;
    find_allocators(&found);
    reply_line(reply, REPLY_HEADER);
    for (size_t index = 0; index < found.count; index++) {
        const struct served *one = &found.list[index];
        reply_text(reply, "allocator", one->kind->name);
        tell(reply, one);
        if (one->serves && request->purges) {
            purge(reply, one);
        }
        if (one->serves && request->sets) {
            set(reply, one, request->settings);
        }
    }
    reply_line(reply, reply->is_full ? "cut" : "end");
}

/*
 * The JVM calls it on the thread that answers attach requests (Attach Listener); it returns when all is done. Nothing
 * stays behind but this library's own pages: no thread, no hook, no memory.
 */
__attribute__((visibility("default"))) jint Agent_OnAttach(JavaVM *vm, char *options, void *reserved);

jint Agent_OnAttach(JavaVM *vm, char *options, void *reserved) {
    struct request request;
    struct reply reply = {.used = 0};
    (void)vm;
    (void)reserved;
    if (!request_parse(options, &request)) {
        return agent_bad_request;
    }
    answer(&request, &reply);
    return reply_send(&reply, request.path) ? agent_ok : agent_no_answer;
}
