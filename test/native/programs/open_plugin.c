/* A program without C++ that opens the library argv[1], as python and launchers of the JVM do. Prints what its
 * operators say, and whether the program itself has any. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

int main(int argc, char **argv) {
    EXPECT(argc == 2);
    void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    EXPECT(plugin != NULL);
    int (*own_calls)(int);
    *(void **)&own_calls = dlsym(plugin, "plugin_own_calls");
    printf("%d %d %d\n", own_calls(10), dlsym(RTLD_DEFAULT, "_Znwm") != NULL, dlsym(RTLD_DEFAULT, "_ZdaPvm") != NULL);
}
