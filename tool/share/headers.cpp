#include "tool/share/headers.h"
#include "tool/cache/bytes.h"

namespace coroguard {
namespace {

using llvm::sys::fs::UniqueID;

void putId(std::string &out, const UniqueID &id) {
  putNumber(out, id.getDevice());
  putNumber(out, id.getFile());
}

UniqueID readId(ByteReader &reader) {
  uint64_t device = reader.number();
  return {device, reader.number()};
}

template <class Names> void putNames(std::string &out, const Names &names) {
  putNumber(out, names.size());
  for (const auto &entry : names) putText(out, std::string_view(entry.getKey()));
}

/// Calls `each` as often as the next number says.
template <class Each> void repeat(ByteReader &reader, Each each) {
  for (uint64_t left = reader.number(); left > 0 && !reader.failed(); --left) each();
}

template <class Numbers> void putNumbers(std::string &out, const Numbers &numbers) {
  putNumber(out, numbers.size());
  for (size_t one : numbers) putNumber(out, one);
}

std::vector<size_t> readNumbers(ByteReader &reader) {
  std::vector<size_t> numbers;
  repeat(reader, [&] { numbers.push_back(reader.number()); });
  return numbers;
}

} // namespace

std::vector<size_t> SharedHeaders::closure(size_t header) const {
  std::vector<bool> seen(headers.size());
  std::vector<size_t> all{header};
  seen[header] = true;
  for (size_t i = 0; i < all.size(); ++i)
    for (size_t next : headers[all[i]].next) {
      if (!seen[next]) all.push_back(next);
      seen[next] = true;
    }
  return all;
}

std::string encode(const SharedHeaders &headers) {
  std::string out;
  putText(out, encode(headers.dependencies));
  putNumber(out, headers.included.size());
  for (const UniqueID &id : headers.included) putId(out, id);
  putNumber(out, headers.headers.size());
  for (const SharedHeaders::Header &one : headers.headers) {
    putNumber(out, one.include);
    putNumber(out, one.isLookedFor);
    putNumbers(out, one.next);
    putNumbers(out, one.looksAt);
  }
  putNumber(out, headers.headerOf.size());
  for (const auto &[id, number] : headers.headerOf) putId(out, id), putNumber(out, number);
  putNumber(out, headers.definitions.size());
  for (const std::vector<size_t> &definers : headers.definitions) putNumbers(out, definers);
  putNames(out, headers.names);
  putNumber(out, headers.macros.size());
  for (const auto &entry : headers.macros) {
    putText(out, std::string_view(entry.getKey()));
    putNumbers(out, entry.getValue());
  }
  putNames(out, headers.lookedFor);
  putNumber(out, headers.isGuarded);
  return out;
}

std::optional<SharedHeaders> decodeSharedHeaders(std::string_view bytes) {
  ByteReader reader(bytes);
  SharedHeaders result;
  auto dependencies = decodeDependencies(reader.text());
  if (!dependencies) return std::nullopt;
  result.dependencies = std::move(*dependencies);
  repeat(reader, [&] { result.included.push_back(readId(reader)); });
  repeat(reader, [&] {
    SharedHeaders::Header &one = result.headers.emplace_back();
    one.include = static_cast<unsigned>(reader.number());
    one.isLookedFor = reader.number() != 0;
    one.next = readNumbers(reader);
    for (size_t definition : readNumbers(reader)) one.looksAt.insert(definition);
  });
  repeat(reader, [&] {
    UniqueID id = readId(reader);
    result.headerOf[id] = reader.number();
  });
  repeat(reader, [&] { result.definitions.push_back(readNumbers(reader)); });
  repeat(reader, [&] { result.names.insert(llvm::StringRef(reader.text())); });
  repeat(reader, [&] {
    llvm::StringRef name(reader.text());
    result.macros[name] = readNumbers(reader);
  });
  repeat(reader, [&] { result.lookedFor.insert(llvm::StringRef(reader.text())); });
  result.isGuarded = reader.number() != 0;
  return reader.isComplete() ? std::optional(std::move(result)) : std::nullopt;
}

} // namespace coroguard
