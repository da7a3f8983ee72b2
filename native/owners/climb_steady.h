/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLIMB_STEADY_H
#define OFFHEAP_CLIMB_STEADY_H

#include "climb.h"

/*
 * Whether the references that a climb followed are still there, though a collection came meanwhile: a young one moves
 * no old object. Some are looked at, and of a hundred five may be gone.
 */
bool climb_is_steady(const struct climb *climb);

#endif
