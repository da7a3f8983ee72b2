/* SPDX-License-Identifier: MIT */
/*
 * A launcher as some application servers have it: LIBJVM [OPTION…] makes a JVM in a second thread, and the first one
 * ends. Says "ready", and ends when stdin does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <jni.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { most_options = 16 };
static pthread_t first;
static pthread_barrier_t made;

static void *run(void *argument) {
    char **arguments = argument;
    JavaVMOption options[most_options];
    JavaVMInitArgs settings = {.version = JNI_VERSION_10, .options = options};
    JavaVM *vm;
    void *environment;
    void *library = dlopen(arguments[1], RTLD_NOW);
    jint (*create)(JavaVM **, void **, void *) = NULL;
    if (library != NULL) {
        *(void **)&create = dlsym(library, "JNI_CreateJavaVM");
    }
    for (; settings.nOptions < most_options && arguments[2 + settings.nOptions] != NULL; settings.nOptions++) {
        options[settings.nOptions] = (JavaVMOption){.optionString = arguments[2 + settings.nOptions]};
    }
    if (create == NULL || create(&vm, &environment, &settings) != JNI_OK) {
        fprintf(stderr, "no JVM by %s\n", arguments[1]);
        exit(1);
    }
    pthread_barrier_wait(&made);
    pthread_join(first, NULL);
    puts("ready");
    fflush(stdout);
    for (char byte; read(STDIN_FILENO, &byte, 1) > 0;) {
    }
    exit(0);
}

int main(int count, char **arguments) {
    pthread_t second;
    first = pthread_self();
    if (count < 2 || pthread_barrier_init(&made, NULL, 2) != 0 || pthread_create(&second, NULL, run, arguments) != 0) {
        return 1;
    }
    pthread_barrier_wait(&made);
    pthread_exit(NULL);
}
