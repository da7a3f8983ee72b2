/* SPDX-License-Identifier: MIT */
/* The native half of JniStrings: it copies what it was given, and forgets to give the JVM's own copy back. */
#include <jni.h>
#include <string.h>

JNIEXPORT jlong JNICALL Java_JniStrings_length(JNIEnv *env, jclass type, jstring text) {
    const char *bytes = (*env)->GetStringUTFChars(env, text, NULL);
    if (type == NULL || bytes == NULL)
        return -1;
    return (jlong)strlen(bytes);
}
