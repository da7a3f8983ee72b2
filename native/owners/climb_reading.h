/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLIMB_READING_H
#define OFFHEAP_CLIMB_READING_H

#include "climb.h"

/* Reads the whole heap once: references to the objects that are sought are in climb->found. */
struct inspect_verdict climb_read(struct climb *climb);

#endif
