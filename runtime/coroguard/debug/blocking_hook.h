// All that libcoroguard-preload.so and debug mode know of each other. Debug mode looks the functions up by name: a program may
// run without the library, and the library with a program that knows nothing of it.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

extern "C" {

// Called in the thread that makes a call that blocks, before it does. `call`: the function's name, which lives for ever;
// `caller`: where it returns to. May be called in signal handlers and inside malloc, and must do without locks and memory.
typedef void (*coroguard_blocking_hook)(const char* call, void* caller);

// Null: nobody is told, as at the beginning.
void coroguard_preload_set_hook(coroguard_blocking_hook hook);

// The calling thread's switch, which lives as long as the thread. The hook is told of the thread's calls while it is not 0;
// at first, and in children of fork, it is 0.
int* coroguard_preload_watched();
}
