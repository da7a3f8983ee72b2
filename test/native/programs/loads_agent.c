/* Loads an agent as a JVM does, argv[1], and gives it its options, argv[2]. Ends with what it returns. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    void *agent = argc == 3 ? dlopen(argv[1], RTLD_LAZY) : NULL;
    void *function = agent == NULL ? NULL : dlsym(agent, "Agent_OnAttach");
    int32_t (*attach)(void *vm, char *options, void *reserved);
    if (function == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 99;
    }
    memcpy(&attach, &function, sizeof attach);
    return attach(NULL, argv[2], NULL);
}
