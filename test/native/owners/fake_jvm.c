// Loads the library that it is given, says so, and waits.
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(int count, char **arguments) {
    char byte;
    if (count < 2 || dlopen(arguments[1], RTLD_NOW) == NULL) {
        return 1;
    }
    puts("ready");
    fflush(stdout);
    return (int)read(0, &byte, 1);
}
