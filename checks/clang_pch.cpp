// The translation unit that carries the precompiled header (clang_pch.h).
