# coroguard-clangd: clangd's static libraries, with our checks among clang-tidy's. Clang and LLVM themselves come from
# the shared libraries alone: a static copy next to them would be a second set of every global.
option(COROGUARD_CLANGD "Build coroguard-clangd, when its packages are installed" ON)
set(COROGUARD_DOCS_URL "" CACHE STRING "Where the pages of docs/ are published; empty: links lead to files")

# The rules as clang-tidy checks read the project's .coroguard.yaml, in the plugin too.
target_sources(coroguard_tidy PRIVATE ${CMAKE_CURRENT_LIST_DIR}/project_settings.cpp)
target_include_directories(coroguard_tidy PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(coroguard_tidy PRIVATE coroguard_tool_config)

function(coroguard_add_clangd)
  set(llvm_folder ${LLVM_INSTALL_PREFIX}/lib)
  file(GLOB clang_tidy_libraries ${llvm_folder}/libclangTidy*.a)
  list(FILTER clang_tidy_libraries EXCLUDE REGEX "libclangTidy(Main|Plugin)\\.a$")
  # What clangd consists of and libclang-cpp does not have. Pseudo is LLVM 19's, and gone in 22.
  set(wanted clangdMain clangDaemon clangDaemonTweaks clangdSupport clangdRemoteIndex clangdRemoteMarshalling
      clangdRemoteIndexServiceProto clangdRemoteIndexProto clangdMonitoringServiceProto clangIncludeCleaner clangQuery)
  if(EXISTS ${llvm_folder}/libclangPseudo.a)
    list(APPEND wanted clangPseudo)
  endif()
  set(libraries ${clang_tidy_libraries})
  set(missing "")
  foreach(name IN LISTS wanted)
    list(APPEND libraries ${llvm_folder}/lib${name}.a)
    if(NOT EXISTS ${llvm_folder}/lib${name}.a)
      list(APPEND missing libclang-${COROGUARD_LLVM}-dev)
    endif()
  endforeach()
  # Its remote index speaks gRPC.
  foreach(pair grpc++:libgrpc++-dev grpc:libgrpc-dev gpr:libgrpc-dev protobuf:libprotobuf-dev
               absl_synchronization:libabsl-dev)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 package)
    find_library(COROGUARD_LIBRARY_${name} ${name})
    mark_as_advanced(COROGUARD_LIBRARY_${name})
    if(NOT COROGUARD_LIBRARY_${name})
      list(APPEND missing ${package})
    endif()
    list(APPEND remote ${COROGUARD_LIBRARY_${name}})
  endforeach()
  if(missing)
    list(REMOVE_DUPLICATES missing)
    list(JOIN missing " " missing)
    message(STATUS "coroguard-clangd will not be built; for it, run: apt-get install ${missing}")
    return()
  endif()

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/*.cpp)
  add_executable(coroguard-clangd ${sources} $<TARGET_OBJECTS:coroguard_tidy_checks>)
  target_compile_definitions(coroguard-clangd PRIVATE
    COROGUARD_DOCS_URL="${COROGUARD_DOCS_URL}" COROGUARD_RULE_PAGES="${CMAKE_SOURCE_DIR}/docs/rules")
  # Calls that tool/clangd answers instead of clangd.
  foreach(symbol _ZN5clang6clangd20provideDefaultChecksEv _ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE
                 _ZN5clang6clangd6toJSONERKNS0_24PublishDiagnosticsParamsE)
    target_link_options(coroguard-clangd PRIVATE -Wl,--wrap=${symbol})
  endforeach()
  target_include_directories(coroguard-clangd PRIVATE ${CMAKE_SOURCE_DIR})
  list(JOIN libraries "," libraries)
  target_link_libraries(coroguard-clangd PRIVATE coroguard_tool_intake coroguard_tool_config coroguard_rules
    "$<LINK_GROUP:RESCAN,${libraries}>" clang-cpp LLVM ${remote} Threads::Threads)
endfunction()

if(COROGUARD_CLANGD)
  coroguard_add_clangd()
endif()
