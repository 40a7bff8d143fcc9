# cpack -G DEB: one package per component. Libraries that the programs are linked with are found by dpkg-shlibdeps
# (package dpkg-dev); what is only read at run time is named here.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME coroguard)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "coroguard developers <coroguard@localhost>" CACHE STRING "Maintainer in the packages' control files")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL tool plugin runtime preload ${clangd})
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(same_version "(= ${PROJECT_VERSION})")
# Clang's own headers, stddef.h and others, which every translation unit reads.
set(clang_headers "libclang-common-${COROGUARD_LLVM}-dev")

find_program(GZIP_PROGRAM gzip REQUIRED)
set(changelog ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz)
execute_process(COMMAND ${GZIP_PROGRAM} -9nc ${CMAKE_CURRENT_SOURCE_DIR}/changelog OUTPUT_FILE ${changelog} COMMAND_ERROR_IS_FATAL ANY)

# A package's control fields, and the files that Debian wants in every package.
function(coroguard_package component package section description)
  cmake_parse_arguments(arg "" "DEPENDS;RECOMMENDS" "" ${ARGN})
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_COMPONENT_${upper}_DESCRIPTION "${description}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${arg_DEPENDS}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_RECOMMENDS "${arg_RECOMMENDS}" PARENT_SCOPE)
  install(FILES copyright ${changelog} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
endfunction()

coroguard_package(tool coroguard devel
  "Finds the bugs that asynchronous C++ code makes
A linter for C++20 coroutines, for the command line, for CMake and for Bazel:
coroutines that nobody awaits, blocking calls on an event loop's thread, event
loops touched from the wrong thread, references that dangle after a suspension."
  DEPENDS "${clang_headers}, libcoroguard-dev ${same_version}"
  RECOMMENDS "g++ | clang, coroguard-clang-tidy-${COROGUARD_LLVM} ${same_version}")
coroguard_package(plugin coroguard-clang-tidy-${COROGUARD_LLVM} devel
  "coroguard's rules as checks of clang-tidy ${COROGUARD_LLVM}
A plugin for clang-tidy-${COROGUARD_LLVM} --load. Those for other versions of LLVM can be
installed next to it."
  DEPENDS "clang-tidy-${COROGUARD_LLVM}")
coroguard_package(runtime libcoroguard-dev libdevel
  "asyncio's event loop, tasks and futures for C++20 coroutines
Headers, a static library and a CMake package. In debug mode the event loop
reports slow callbacks, calls from the wrong thread, coroutines that were never
awaited and exceptions that nobody retrieved."
  DEPENDS "libcoroguard-preload ${same_version}")
coroguard_package(preload libcoroguard-preload libs
  "sees the calls that block in programs with an event loop
A library for LD_PRELOAD, or to be linked, that tells coroguard's debug mode
which call keeps the event loop from running.")
coroguard_package(clangd coroguard-clangd devel
  "clangd ${COROGUARD_LLVM} with coroguard's rules inside
A language server: coroguard's findings and fixes while one types."
  DEPENDS "${clang_headers}")

include(CPack)
