# coroguard_lint(): a step of the build that runs 'coroguard check', or the plugin in clang-tidy while it compiles.
# Read by find_package(coroguard) when the tool is installed; docs/packages.md explains it.

# What this package knows of the plugins next to it: the newest LLVM of which both the plugin and a clang-tidy are here,
# or the one in COROGUARD_LLVM.
function(_coroguard_find_clang_tidy tidy_variable plugin_variable)
  file(GLOB plugins ${_coroguard_lint_directory}/../../coroguard/llvm-*/libcoroguard-tidy.so)
  list(SORT plugins COMPARE NATURAL ORDER DESCENDING)
  set(versions "")
  foreach(plugin IN LISTS plugins)
    string(REGEX MATCH "llvm-([0-9]+)/" version ${plugin})
    set(version ${CMAKE_MATCH_1})
    list(APPEND versions ${version})
    if(COROGUARD_LLVM AND NOT COROGUARD_LLVM EQUAL version)
      continue()
    endif()
    find_program(COROGUARD_CLANG_TIDY_${version} clang-tidy-${version} HINTS /usr/lib/llvm-${version}/bin)
    if(COROGUARD_CLANG_TIDY_${version})
      cmake_path(ABSOLUTE_PATH plugin NORMALIZE)
      set(${tidy_variable} ${COROGUARD_CLANG_TIDY_${version}} PARENT_SCOPE)
      set(${plugin_variable} ${plugin} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  list(JOIN versions ", " versions)
  message(FATAL_ERROR "coroguard_lint(CLANG_TIDY): no clang-tidy fits an installed plugin (for LLVM: ${versions}); "
                      "install clang-tidy-VERSION and coroguard-clang-tidy-VERSION of one version")
endfunction()
set(_coroguard_lint_directory ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "")

# Stops with one clear line when the target cannot be linted.
function(_coroguard_check_target target)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "coroguard_lint: there is no target '${target}'; call it after add_executable or add_library")
  endif()
  get_target_property(type ${target} TYPE)
  get_target_property(imported ${target} IMPORTED)
  if(imported OR NOT type MATCHES "^(EXECUTABLE|STATIC_LIBRARY|SHARED_LIBRARY|MODULE_LIBRARY|OBJECT_LIBRARY)$")
    message(FATAL_ERROR "coroguard_lint: nothing of '${target}' is compiled here; name a target with sources")
  endif()
  get_target_property(unity ${target} UNITY_BUILD)
  if(unity)
    message(FATAL_ERROR "coroguard_lint: '${target}' is a unity build, whose sources are not in "
                        "compile_commands.json; set its UNITY_BUILD to OFF where it is linted")
  endif()
endfunction()

# 'coroguard check' reads the compile database, which only some generators write, and only when asked.
function(_coroguard_export_commands target)
  if(NOT CMAKE_GENERATOR MATCHES "Makefiles|Ninja")
    message(FATAL_ERROR "coroguard_lint: the generator '${CMAKE_GENERATOR}' writes no compile_commands.json; "
                        "configure with -G Ninja or -G 'Unix Makefiles', or use coroguard_lint(${target} CLANG_TIDY)")
  endif()
  get_target_property(exports ${target} EXPORT_COMPILE_COMMANDS)
  if(NOT exports)
    message(STATUS "coroguard_lint: '${target}' is now exported to compile_commands.json; with "
                   "CMAKE_EXPORT_COMPILE_COMMANDS=ON the whole project is")
    set_target_properties(${target} PROPERTIES EXPORT_COMPILE_COMMANDS ON)
  endif()
endfunction()

# The nearest .coroguard.yaml, which the stamp depends on.
function(_coroguard_find_configuration variable)
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})
  set(${variable} "" PARENT_SCOPE)
  while(NOT EXISTS ${folder}/.coroguard.yaml)
    cmake_path(GET folder PARENT_PATH above)
    if(above STREQUAL folder)
      return()
    endif()
    set(folder ${above})
  endwhile()
  set(${variable} ${folder}/.coroguard.yaml PARENT_SCOPE)
endfunction()

function(_coroguard_lint_step name is_strict options targets)
  set(sources "")
  set(objects "")
  foreach(target IN LISTS targets)
    _coroguard_export_commands(${target})
    get_target_property(directory ${target} SOURCE_DIR)
    set(extensions [[\.(cpp|cc|cxx|c\+\+|C|cppm|ixx|ccm|cxxm)$]])
    set(of_target "$<FILTER:$<TARGET_PROPERTY:${target},SOURCES>,INCLUDE,${extensions}>")
    list(APPEND sources "$<PATH:ABSOLUTE_PATH,${of_target},${directory}>")
    list(APPEND objects $<TARGET_OBJECTS:${target}>) # compiled again when a header changes, so linted again
  endforeach()
  if(NOT is_strict)
    list(PREPEND options --exit-zero)
  endif()
  _coroguard_find_configuration(configuration)
  list(JOIN targets ", " names)
  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${name}.stamp)
  add_custom_command(
    OUTPUT ${stamp}
    COMMAND coroguard::coroguard check -p ${CMAKE_BINARY_DIR} ${options} ${sources}
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${objects} ${sources} ${configuration} coroguard::coroguard
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMENT "Linting ${names}"
    COMMAND_EXPAND_LISTS VERBATIM
    USES_TERMINAL) # one step at a time, since each adds to the project's index
  add_custom_target(${name} ALL DEPENDS ${stamp})
  add_dependencies(${name} ${targets})
endfunction()

# coroguard_lint(TARGET... [STRICT] [NAME name] [OPTIONS option...])
# coroguard_lint(TARGET... CLANG_TIDY [STRICT] [OPTIONS option...])
function(coroguard_lint)
  cmake_parse_arguments(PARSE_ARGV 0 arg "STRICT;CLANG_TIDY" "NAME" "OPTIONS")
  set(targets "")
  foreach(target IN LISTS arg_UNPARSED_ARGUMENTS)
    _coroguard_check_target(${target})
    get_target_property(aliased ${target} ALIASED_TARGET)
    if(aliased)
      set(target ${aliased})
    endif()
    list(APPEND targets ${target})
  endforeach()
  if(NOT targets)
    message(FATAL_ERROR "coroguard_lint: no target is named; the shape is coroguard_lint(TARGET... [STRICT])")
  endif()
  if(arg_CLANG_TIDY)
    _coroguard_find_clang_tidy(tidy plugin)
    set(strict "")
    if(arg_STRICT)
      set(strict "--warnings-as-errors=coroguard-*")
    endif()
    set_property(TARGET ${targets} PROPERTY
                 CXX_CLANG_TIDY ${tidy} --load=${plugin} "--checks=-*,coroguard-*" ${strict} ${arg_OPTIONS})
    return()
  endif()
  if(NOT arg_NAME)
    list(GET targets 0 first)
    set(arg_NAME ${first}_lint)
  endif()
  _coroguard_lint_step(${arg_NAME} "${arg_STRICT}" "${arg_OPTIONS}" "${targets}")
endfunction()
