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
