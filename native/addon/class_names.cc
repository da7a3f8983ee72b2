/* SPDX-License-Identifier: MIT */
#include "class_names.h"

#include <cstdlib>
#include <cstring>
#include <cxxabi.h>

namespace {

const size_t name_bytes = 256;
/* 13 are the most in 15,000 classes of LLVM, Node and others; 2^16 times the symbol is what it can come to. */
const size_t references_most = 16;
const size_t written_most = 64 << 20;

/* Substitutions, template parameters and packs: S_, S0_, St, T_, Dp (Itanium C++ ABI, 5.1.10 and 5.1.5.8). */
size_t CountReferences(const char *symbol) {
    size_t count = 0;
    for (const char *at = symbol; *at != '\0'; at++) {
        size_t digits = *at == 'S' || *at == 'T' ? strspn(at + 1, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
        bool is_reference = ((*at == 'S' || *at == 'T') && at[1 + digits] == '_') || strncmp(at, "Dp", 2) == 0;
        count += is_reference ? 1 : 0;
    }
    return count;
}

std::string Cut(std::string name) {
    if (name.size() > name_bytes) {
        name.resize(name_bytes);
        name += "…";
    }
    return name;
}

std::string WithoutPrefix(const char *name) {
    static const char prefix[] = "vtable for ";
    return Cut(strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name);
}

} // namespace

const std::string &ClassNames::Of(const char *symbol) {
    auto known = names_.find(symbol);
    if (known != names_.end()) {
        return known->second;
    }
    bool is_bounded = written_ < written_most && CountReferences(symbol) <= references_most;
    int status = 0;
    char *name = is_bounded ? abi::__cxa_demangle(symbol, nullptr, nullptr, &status) : nullptr;
    written_ += name == nullptr ? 0 : strlen(name);
    std::string &told = names_[symbol];
    told = name == nullptr ? Cut(symbol) : WithoutPrefix(name);
    free(name);
    return told;
}
