/* SPDX-License-Identifier: MIT */
#include "thread_counting.h"

THREAD_LOCAL struct thread_counting thread_counting = {.untold_usable = untold_nothing};
CLUSTERED bool counting_is_off;
