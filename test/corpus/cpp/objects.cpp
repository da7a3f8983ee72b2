// SPDX-License-Identifier: MIT
// Millions of small objects with virtual functions, in a tree that grows with each request and that nobody empties.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>

namespace {
struct Session {
    virtual ~Session() = default;
    std::string user = "a name that is too long for the short form of a string";
    long cents[8] = {};
};
constexpr int sessions = 601'003;
/** A node of the tree 56, an object 120 and a string 64 bytes, with malloc's own word in each. */
constexpr long bytes_of_one = 64 + 112 + 64;
} // namespace

int main() {
    std::map<int, std::unique_ptr<Session>> all;
    for (int i = 0; i < sessions; i++) all[i] = std::make_unique<Session>();
    std::printf("@phase ready bytes=%ld\n", bytes_of_one * sessions);
    std::fflush(stdout);
    while (std::getchar() != EOF) {}
    std::puts(all.size() == sessions ? "@done ok" : "@done failed");
}
