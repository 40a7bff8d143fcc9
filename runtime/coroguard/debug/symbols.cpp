#include "coroguard/debug/symbols.hpp"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "coroguard/base/fork_safe_mutex.hpp"

namespace coroguard {

namespace {

struct function_symbol {
  std::uintptr_t begin;
  std::size_t size;
  std::string name;  // mangled
};

// The functions of a file, by their offset. Empty for what cannot be read.
using symbol_table = std::vector<function_symbol>;

class mapped_file {
public:
  explicit mapped_file(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat status {};
    if (::fstat(file, &status) == 0 && status.st_size > 0) {
      size_ = static_cast<std::size_t>(status.st_size);
      void* const at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
      data_ = at == MAP_FAILED ? nullptr : static_cast<const char*>(at);
    }
    ::close(file);
  }
  ~mapped_file() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
  }
  mapped_file(const mapped_file&) = delete;

  // `count` objects at `offset`; none when they do not lie in the file.
  template <class T>
  std::span<const T> at(std::size_t offset, std::size_t count) const {
    if (data_ == nullptr || offset > size_ || count > (size_ - offset) / sizeof(T)) return {};
    return {reinterpret_cast<const T*>(data_ + offset), count};
  }

private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

symbol_table read_symbols(const char* path) {
  symbol_table table;
  const mapped_file file(path);
  const auto header = file.at<ElfW(Ehdr)>(0, 1);
  if (header.empty() || std::memcmp(header[0].e_ident, ELFMAG, SELFMAG) != 0) return table;
  const auto sections = file.at<ElfW(Shdr)>(header[0].e_shoff, header[0].e_shnum);
  for (const ElfW(Shdr)& section : sections) {
    if ((section.sh_type != SHT_SYMTAB && section.sh_type != SHT_DYNSYM) || section.sh_link >= sections.size()) continue;
    const auto names = file.at<char>(sections[section.sh_link].sh_offset, sections[section.sh_link].sh_size);
    if (names.empty() || names.back() != '\0') continue;
    for (const ElfW(Sym)& symbol : file.at<ElfW(Sym)>(section.sh_offset, section.sh_size / sizeof(ElfW(Sym)))) {
      if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names.size()) continue;
      table.push_back({symbol.st_value, symbol.st_size, names.data() + symbol.st_name});
    }
  }
  std::ranges::sort(table, {}, &function_symbol::begin);
  return table;
}

// The parts that a compiler makes of a coroutine have the coroutine's name. Clang appends ".resume" to it; g++ calls the part that
// runs the body f(f::FRAME*) ".actor", where FRAME is a name like any other, its length before it: 11_Z1fi.Frame.
std::string_view without_coroutine_part(std::string_view mangled) {
  for (const std::string_view part : {".resume", ".destroy", ".cleanup"})
    if (mangled.ends_with(part)) mangled.remove_suffix(part.size());
  constexpr std::string_view frame = ".Frame";
  const std::size_t end = mangled.rfind(frame);
  if (end == std::string_view::npos) return mangled;
  for (std::size_t at = mangled.find("_Z", 1); at < end; at = mangled.find("_Z", at + 1)) {
    const std::string length = std::to_string(end + frame.size() - at);
    if (mangled.substr(0, at).ends_with(length)) return mangled.substr(at, end - at);
  }
  return mangled;
}

std::string demangled(std::string_view mangled) {
  const std::string name(without_coroutine_part(mangled));
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  return status == 0 ? plain.get() : name;
}

// Of each file once: a program has few, and they do not change while they are mapped.
struct known_symbols {
  std::mutex mutex;
  std::map<std::string, symbol_table> tables;
};

// Never destroyed: the watchdog's thread runs until the process ends.
struct shared_state {
  // Held while the loader's lists are read, under a lock of its own that a child of fork would inherit.
  fork_safe_mutex loader;
  known_symbols* known = new known_symbols;
};
shared_state& shared() {
  static shared_state* const only = new shared_state;
  return *only;
}

void prepare_for_forks() {
  // A thread of the parent may have been changing the other.
  static const child_of_fork forgets([]() noexcept { shared().known = new known_symbols; });
}

std::string function_at(const std::string& path, std::uintptr_t offset) {
  known_symbols& known = *shared().known;
  const std::scoped_lock lock(known.mutex);
  const auto [entry, is_new] = known.tables.try_emplace(path);
  if (is_new) entry->second = read_symbols(path.c_str());
  const symbol_table& table = entry->second;
  auto after = std::ranges::upper_bound(table, offset, {}, &function_symbol::begin);
  while (after != table.begin()) {
    const function_symbol& symbol = *--after;
    if (offset < symbol.begin + std::max<std::size_t>(symbol.size, 1)) return demangled(symbol.name);
    if (offset - symbol.begin > 0x100000) break;
  }
  return "";
}

std::string build_id(const char* notes, std::size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(notes);
    const auto aligned = [](std::size_t length) { return (length + 3) & ~std::size_t{3}; };
    const std::size_t whole = sizeof *note + aligned(note->n_namesz) + aligned(note->n_descsz);
    if (whole > size) break;
    if (note->n_type == NT_GNU_BUILD_ID) {
      const char* const bytes = notes + sizeof *note + aligned(note->n_namesz);
      std::string text;
      for (std::size_t i = 0; i < note->n_descsz; ++i) {
        constexpr char digits[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(bytes[i]);
        text += digits[byte >> 4];
        text += digits[byte & 15];
      }
      return text;
    }
    notes += whole;
    size -= whole;
  }
  return "";
}

struct search {
  std::uintptr_t address;
  native_frame& found;
};

int look_into(dl_phdr_info* module, std::size_t, void* data) {
  search& now = *static_cast<search*>(data);
  const std::span headers(module->dlpi_phdr, module->dlpi_phnum);
  const bool here = std::ranges::any_of(headers, [&](const ElfW(Phdr)& header) {
    const std::uintptr_t begin = module->dlpi_addr + header.p_vaddr;
    return header.p_type == PT_LOAD && now.address >= begin && now.address < begin + header.p_memsz;
  });
  if (!here) return 0;
  now.found.module = module->dlpi_name != nullptr ? module->dlpi_name : "";
  now.found.offset = now.address - module->dlpi_addr;
  for (const ElfW(Phdr)& header : headers) {
    if (header.p_type != PT_NOTE || !now.found.build_id.empty()) continue;
    now.found.build_id = build_id(reinterpret_cast<const char*>(module->dlpi_addr + header.p_vaddr), header.p_memsz);
  }
  return 1;
}

// The program itself has no name among its modules.
std::string program_path() {
  char path[4096];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

void symbolise(std::vector<native_frame>& stack) {
  prepare_for_forks();
  for (native_frame& frame : stack) {
    frame.offset = frame.address;
    search now{frame.address, frame};
    const bool found = [&] {
      const std::scoped_lock lock(shared().loader);
      return ::dl_iterate_phdr(look_into, &now) != 0;
    }();
    if (!found) {
      frame.module = "?";
      continue;
    }
    if (frame.module.empty()) frame.module = program_path();
    frame.function = function_at(frame.module, frame.offset);
  }
}

}  // namespace coroguard
