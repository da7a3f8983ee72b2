/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OPEN_CORES_H
#define OFFHEAP_OPEN_CORES_H

#include "../inspect/core_look.h"

#include <memory>

/* A core file that was read once and stays open, so that what looks into it next reads no header again. */
struct OpenCore {
    core_look look = {};
    bool is_read = false;

    OpenCore() = default;
    OpenCore(const OpenCore &) = delete;
    OpenCore &operator=(const OpenCore &) = delete;
    ~OpenCore();
};

/*
 * JavaScript knows it by a number. Whoever found it may use it, be it closed meanwhile: nothing of it changes. Numbers
 * are of the process, not of one of its environments.
 */
uint32_t KeepCore(std::shared_ptr<OpenCore> core);
/* Nothing: there is none of that number. */
std::shared_ptr<OpenCore> FindCore(uint32_t number);
void CloseCore(uint32_t number);

#endif
