/* SPDX-License-Identifier: MIT */
/* A C server on loopback, echo_server PORT: every connection allocates and frees 64 blocks of 1,009 bytes and gets one
 * byte. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { blocks = 64, block_size = 1009 };

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "0"))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0)
        return 1;
    for (;;) {
        int client = accept(listener, NULL, NULL);
        char *held[blocks];
        for (int i = 0; i < blocks; i++)
            held[i] = memset(malloc(block_size), i, block_size);
        (void)!write(client, held[0], 1);
        for (int i = 0; i < blocks; i++)
            free(held[i]);
        close(client);
    }
}
