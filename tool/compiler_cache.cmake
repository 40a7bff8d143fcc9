# ccache, when it is installed: a precompiled header needs these two sloppinesses (ccache manual, "Precompiled headers"), and
# the inode cache, or each compilation reads all of it again (770 MB with g++) to know that it is the same.
find_program(CCACHE ccache)
if(CCACHE)
  cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH root)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_INODECACHE=1
                                  CCACHE_BASEDIR=${root} ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  else()
    add_compile_options(-fpch-preprocess)
  endif()
endif()
