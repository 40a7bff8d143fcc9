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

// What clangd's provideDefaultChecks() returns; no header of clangd is packaged. Both convert from a lambda without
// captures that lives on.
#if COROGUARD_LLVM >= 22
#define COROGUARD_CLANGD_PROVIDER(...) llvm::unique_function<void(__VA_ARGS__) const>
#else
#define COROGUARD_CLANGD_PROVIDER(...) llvm::function_ref<void(__VA_ARGS__)>
#endif
