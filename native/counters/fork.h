/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FORK_H
#define OFFHEAP_FORK_H

#include "page.h"

/*
 * Gives every child of a fork a page of its own, which starts with the parent's values at the fork: the blocks that
 * were live are live in the child too. The parent's page is not touched. Children of vfork and posix_spawn share the
 * parent's memory until they exec, and its page.
 */
void fork_start(const struct page_settings *settings);

#endif
