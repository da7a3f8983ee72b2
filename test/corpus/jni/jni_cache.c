/* SPDX-License-Identifier: MIT */
/* The native half of JniCache: a list of blocks that only grows. */
#include <jni.h>
#include <stdlib.h>
#include <string.h>

enum { block = 70001 };

static struct entry {
    struct entry *next;
    char content[block];
} *all;

JNIEXPORT jlong JNICALL Java_JniCache_keep(JNIEnv *env, jclass type, jint request) {
    struct entry *entry = malloc(sizeof *entry);
    if (env == NULL || type == NULL || entry == NULL)
        return 0;
    memset(entry->content, request, block);
    entry->next = all;
    all = entry;
    return sizeof *entry;
}
