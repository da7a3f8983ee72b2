/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLASS_NAMES_H
#define OFFHEAP_CLASS_NAMES_H

#include <string>
#include <unordered_map>

/*
 * C++ classes by the symbols of their tables of virtual functions, as C++ writes them. The symbols are of a foreign
 * file, and a short one may stand for a name without end: what a name refers back to may double it each time.
 */
class ClassNames {
  public:
    /* pre: the symbol lives as long as this */
    const std::string &Of(const char *symbol);

  private:
    std::unordered_map<const char *, std::string> names_;
    size_t written_ = 0; /* bytes of names in full */
};

#endif
