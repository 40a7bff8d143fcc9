#include "tool/cache/tool_identity.h"
#include <cstdlib>
#include <elf.h>
#include <link.h>
#include <llvm/Support/MemoryBuffer.h>
#include <sys/stat.h>

namespace coroguard {
namespace {

size_t padded(size_t size) { return (size + 3) / 4 * 4; }

/// The build id in the notes of a loaded program or library; empty when its linker left none.
std::string_view buildIdIn(const char *notes, size_t size) {
  while (size > sizeof(ElfW(Nhdr))) {
    const auto *note = reinterpret_cast<const ElfW(Nhdr) *>(notes);
    const char *name = notes + sizeof *note, *text = name + padded(note->n_namesz);
    size_t all = sizeof *note + padded(note->n_namesz) + padded(note->n_descsz);
    if (all > size) break;
    if (note->n_type == NT_GNU_BUILD_ID && std::string_view(name, note->n_namesz) == std::string_view("GNU", 4))
      return {text, note->n_descsz};
    notes += all;
    size -= all;
  }
  return {};
}

/// Without a build id: what the file looks like from outside.
std::string stampOf(const char *file) {
  struct stat info {};
  if (::stat(file, &info) != 0) return {};
  return std::to_string(info.st_size) + ' ' + std::to_string(info.st_mtim.tv_sec) + ' ' + std::to_string(info.st_mtim.tv_nsec);
}

int addLoaded(dl_phdr_info *info, size_t, void *digest) {
  std::string_view id;
  for (int i = 0; i < info->dlpi_phnum && id.empty(); ++i)
    if (const auto &header = info->dlpi_phdr[i]; header.p_type == PT_NOTE)
      id = buildIdIn(reinterpret_cast<const char *>(info->dlpi_addr + header.p_vaddr), header.p_memsz);
  auto &all = *static_cast<DigestOfMany *>(digest);
  all.add(info->dlpi_name).add(id.empty() ? stampOf(info->dlpi_name) : std::string(id));
  return 0;
}

Digest computeIdentity() {
  DigestOfMany all;
  if (auto program = llvm::MemoryBuffer::getFile("/proc/self/exe", /*IsText=*/false, /*RequiresNullTerminator=*/false))
    all.add(digestOf(std::string_view((*program)->getBuffer())).view());
  dl_iterate_phdr(addLoaded, &all);
  return all.result();
}

} // namespace

const Digest &toolIdentity() {
  static const Digest identity = computeIdentity();
  return identity;
}

std::string frontEndEnvironment() {
  // The last two are switches of our own tests.
  constexpr const char *names[] = {"CPATH",         "C_INCLUDE_PATH",        "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH",
                                   "COMPILER_PATH", "OBJCPLUS_INCLUDE_PATH", "SDKROOT",            "CCC_OVERRIDE_OPTIONS",
                                   "GCC_EXEC_PREFIX", "SOURCE_DATE_EPOCH",   "MACOSX_DEPLOYMENT_TARGET",
                                   "COROGUARD_TEST_ABORT_UNIT", "COROGUARD_TEST_HANG_UNIT"};
  std::string all;
  for (const char *name : names)
    if (const char *value = std::getenv(name)) all += std::string(name) + '=' + value + '\0';
  return all;
}

} // namespace coroguard
