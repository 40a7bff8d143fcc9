// Every difference between the supported LLVM versions belongs here, so that no other file asks for the version.
#pragma once

#if COROGUARD_LLVM != 22 && COROGUARD_LLVM != 19
#error "COROGUARD_LLVM must be 22 or 19"
#endif

// Where clang-tidy declares ClangTidyModuleRegistry; the old header still exists in 22 and warns.
#if COROGUARD_LLVM >= 22
#define COROGUARD_TIDY_REGISTRY_HEADER <clang-tidy/ClangTidyModule.h>
#else
#define COROGUARD_TIDY_REGISTRY_HEADER <clang-tidy/ClangTidyModuleRegistry.h>
#endif
