# Two artefacts in build/Release: offheap.node (the addon) and libmmapalloc.so (to be preloaded). The source lists are literal: native/CMakeLists.txt
# has the same ones, and a test compares them. node-gyp empties product_prefix, hence 'lib' below.
{
  'target_defaults': {
    'include_dirs': ['native/shared', 'native/base'],
    'cflags': ['-Wall', '-Wextra', '-Wcast-qual', '-Wundef', '-Wvla', '-Wpointer-arith', '-Wwrite-strings', '-fvisibility=hidden'],
    'cflags_c': ['-std=c11', '-Wstrict-prototypes', '-Wmissing-prototypes', '-Wcast-align', '-Wshadow'],
  },
  'targets': [
    {
      'target_name': 'offheap',
      'type': 'loadable_module',
      'sources': [
        'native/addon/addon.cc',
        'native/addon/counter_map.cc',
        'native/addon/counter_file.c',
        'native/addon/counter_reader.c',
        'native/addon/fault_guard.c',
        'native/base/sys_pages.c',
      ],
      'dependencies': ['<!(node -p "require(\'node-addon-api\').targets"):node_addon_api'],
      'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED'],
      'cflags_cc': ['-std=c++17'],
      'ldflags': ['-Wl,-z,relro,-z,now'],
    },
    {
      'target_name': 'mmapalloc',
      'type': 'shared_library',
      'product_prefix': 'lib',
      'sources': [
        'native/base/early_env.c',
        'native/base/fatal.c',
        'native/base/line.c',
        'native/base/sys_pages.c',
        'native/counters/counters.c',
        'native/counters/fork.c',
        'native/counters/page.c',
        'native/counters/page_file.c',
        'native/counters/process_level.c',
        'native/counters/self_stat.c',
        'native/counters/thread_slot.c',
        'native/mmapalloc/alloc.c',
        'native/mmapalloc/block.c',
        'native/mmapalloc/override.c',
        'native/mmapalloc/region.c',
      ],
      'include_dirs': ['native/counters'],
      # Without -fno-builtin-malloc GCC turns code that allocates and clears into a call of calloc: of the function it is compiling.
      'cflags': ['-fno-builtin-malloc', '-ftls-model=initial-exec', '-pthread'],
      # initfirst: the page is shared before another library's constructor can start a thread that counts into it.
      'ldflags': ['-pthread', '-Wl,-z,defs,-z,relro,-z,now,-z,initfirst'],
    },
  ],
}
