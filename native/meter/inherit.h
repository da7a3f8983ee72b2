/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_INHERIT_H
#define OFFHEAP_INHERIT_H

/*
 * OFFHEAP_METER_INHERIT=off: takes libmeter.so out of LD_PRELOAD, in place, so that programs which this one starts, or
 * executes in its stead, run without it. Children of fork alone are this program, and counted.
 */
void inherit_start(char **environment);

#endif
