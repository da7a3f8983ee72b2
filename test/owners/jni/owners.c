/* SPDX-License-Identifier: MIT */
/* The native half of the programs whose blocks have known owners. */
#include <jni.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

JNIEXPORT jlong JNICALL Java_Malloc_bytesInUse(JNIEnv *env, jclass type) {
    (void)env;
    (void)type;
#if __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
    return (jlong)(info.uordblks + info.hblkhd);
#else
    return 0;
#endif
}

/* Blocks that nobody has the address of. */
JNIEXPORT void JNICALL Java_JniLeak_lose(JNIEnv *env, jclass type, jint count, jint bytes) {
    (void)env;
    (void)type;
    for (jint index = 0; index < count; index++) {
        void *volatile block = malloc((size_t)bytes);
        memset(block, index, (size_t)bytes);
        block = NULL;
    }
}

static struct kept {
    struct kept *next;
    char *content;
} *all_kept;

/* A list that begins in the library's data: two blocks an element. */
JNIEXPORT void JNICALL Java_JniStatic_keep(JNIEnv *env, jclass type, jint count, jint bytes) {
    (void)env;
    (void)type;
    for (jint index = 0; index < count; index++) {
        struct kept *kept = malloc(sizeof *kept);
        kept->content = malloc((size_t)bytes);
        memset(kept->content, index, (size_t)bytes);
        kept->next = all_kept;
        all_kept = kept;
    }
}

struct handle {
    char *content;
    char *more;
    long number;
};

/* Three blocks a handle, whose address Java keeps. */
JNIEXPORT jlong JNICALL Java_NativeCodec_make(JNIEnv *env, jclass type, jint bytes) {
    (void)env;
    (void)type;
    struct handle *handle = calloc(1, sizeof *handle);
    handle->content = malloc((size_t)bytes);
    handle->more = malloc((size_t)bytes / 2);
    memset(handle->content, 1, (size_t)bytes);
    memset(handle->more, 2, (size_t)bytes / 2);
    return (jlong)(intptr_t)handle;
}

/* Nobody reads it: but for this it would not be there. */
static void **volatile table;

/* Takes blocks as long as that one until it has the one at `address`; the others are given back. */
static void *take_at(uintptr_t address, size_t bytes) {
    enum { most_taken = 64 };
    void *taken[most_taken];
    size_t count = 0;
    void *found = NULL;
    while (found == NULL && count < most_taken) {
        taken[count] = malloc(bytes);
        found = (uintptr_t)taken[count] == address ? taken[count] : NULL;
        count += found == NULL;
    }
    while (count > 0) {
        free(taken[--count]);
    }
    return found;
}

JNIEXPORT jboolean JNICALL Java_StaleHandles_fill(JNIEnv *env, jclass type, jlong address, jint length, jint pages,
                                                  jint bytes) {
    (void)env;
    (void)type;
    table = take_at((uintptr_t)address, (size_t)length);
    if (table == NULL) {
        return JNI_FALSE;
    }
    memset(table, 0, (size_t)length);
    for (jint index = 0; index < pages; index++) {
        table[index] = malloc((size_t)bytes);
        memset(table[index], 1, (size_t)bytes);
    }
    return JNI_TRUE;
}

JNIEXPORT void JNICALL Java_StaleHandles_forget(JNIEnv *env, jclass type) {
    (void)env;
    (void)type;
    table = NULL;
}

/* Two words, of which the first leads to the table. */
JNIEXPORT jlong JNICALL Java_NativePager_make(JNIEnv *env, jclass type, jlong address) {
    (void)env;
    (void)type;
    intptr_t *handle = calloc(2, sizeof *handle);
    handle[0] = (intptr_t)address;
    return (jlong)(intptr_t)handle;
}
