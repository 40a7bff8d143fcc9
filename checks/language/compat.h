// Every difference between the supported LLVM versions belongs here, so that no other file asks for the version.
// At present 22 and 19 agree on all that is used.
#pragma once

#if COROGUARD_LLVM != 22 && COROGUARD_LLVM != 19
#error "COROGUARD_LLVM must be 22 or 19"
#endif
