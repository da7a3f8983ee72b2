/* SPDX-License-Identifier: MIT */
/*
 * The addon's C++ as one file for the compiler: most of what each would take by itself, a second and a half, are the
 * templates of node-addon-api.
 */
#include "addon.cc"
#include "class_names.cc"
#include "connector.cc"
#include "core_reader.cc"
#include "counter_map.cc"
#include "free_pages_reader.cc"
#include "inspector.cc"
#include "jvm_places_reader.cc"
#include "mappings_reader.cc"
#include "memory_file.cc"
#include "open_cores.cc"
#include "own_malloc.cc"
#include "owner_finder.cc"
#include "sampler_object.cc"
