/* SPDX-License-Identifier: MIT */
/* A library that does nothing: what preloading any library costs a process. */
extern int nothing;
int nothing;
