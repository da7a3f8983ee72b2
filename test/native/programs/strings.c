/* 2,003 strings by strdup and strndup, of growing lengths; all are given back, unless an argument says to keep them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
    (void)arguments;
    static char *copies[2003];
    static char text[2003];
    for (size_t length = 0; length < 2003; length++) {
        /* Of the odd ones the second half is cut off. */
        copies[length] = length % 2 == 0 ? strdup(text) : strndup(text, length / 2);
        if (copies[length] == NULL || strlen(copies[length]) != (length % 2 == 0 ? length : length / 2)) {
            return 1;
        }
        text[length] = 'x';
    }
    for (size_t index = 0; count == 1 && index < 2003; index++) {
        free(copies[index]);
    }
    return 0;
}
