// Names rot: every name of the std, posix and asio models must be a declaration of the real headers, and
// never an alias. An entry whose `since` is newer than the installed library is let off.
#include "frameworks/load.h"
#include "language/callee.h"
#include <algorithm>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Tooling/Tooling.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <llvm/ADT/StringSet.h>
#include <map>
#include <set>

namespace coroguard {
namespace {

constexpr const char *stdHeaders = R"(
#include <algorithm>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <fstream>
#include <functional>
#include <future>
#include <latch>
#include <list>
#include <map>
#include <set>
#include <mutex>
#include <numeric>
#include <semaphore>
#include <shared_mutex>
#include <thread>
#include <variant>
)";

constexpr const char *posixHeaders = R"(
#include <aio.h>
#include <crypt.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <mqueue.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <resolv.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
)";

constexpr const char *asioHeaders = R"(
#if __has_include(<liburing.h>)
#define BOOST_ASIO_HAS_IO_URING 1
#endif
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/co_spawn.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/experimental/promise.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/ssl.hpp>
)";

/// The class a base names; for a base that depends on template parameters, the class of its template.
const clang::CXXRecordDecl *baseRecord(clang::QualType type) {
  if (const auto *specialization = type->getAs<clang::TemplateSpecializationType>())
    if (const auto *templ = specialization->getTemplateName().getAsTemplateDecl())
      return llvm::dyn_cast_or_null<clang::CXXRecordDecl>(templ->getTemplatedDecl());
  return type->getAsCXXRecordDecl();
}

/// The qualified names of every function, class, variable and namespace of a translation unit.
class DeclaredNames : public clang::RecursiveASTVisitor<DeclaredNames> {
public:
  explicit DeclaredNames(const std::string &code) {
    const auto unit = clang::tooling::buildASTFromCodeWithArgs(code, {"-std=c++23", "-pthread", "-w"},
                                                               "input.cpp", "coroguard");
    EXPECT_FALSE(unit->getDiagnostics().hasErrorOccurred());
    TraverseAST(unit->getASTContext());
  }
  bool VisitNamedDecl(clang::NamedDecl *decl) {
    if (llvm::isa<clang::FunctionDecl, clang::CXXRecordDecl, clang::VarDecl, clang::NamespaceDecl,
                  clang::FieldDecl>(decl) &&
        !decl->isImplicit() && !decl->getDeclContext()->isFunctionOrMethod())
      names.insert(qualifiedName(*decl));
    return true;
  }
  bool VisitCXXRecordDecl(clang::CXXRecordDecl *record) {
    if (!record->isThisDeclarationADefinition()) return true;
    for (const clang::CXXBaseSpecifier &base : record->bases())
      if (const auto *found = baseRecord(base.getType()))
        bases[qualifiedName(*record)].insert(qualifiedName(*found));
    return true;
  }
  bool TraverseStmt(clang::Stmt *) { return true; } // bodies declare nothing that a model could name

  /// Is it declared, as a member of a base class too?
  bool contains(const std::string &name) const {
    if (name.ends_with("::*")) return names.contains(name.substr(0, name.size() - 3));
    if (names.contains(name)) return true;
    if (const size_t tilde = name.rfind("::~"); tilde != std::string::npos)
      return names.contains(name.substr(0, tilde)); // often declared by nobody
    const size_t end = name.rfind("::");
    const auto found = end == std::string::npos ? bases.end() : bases.find(name.substr(0, end));
    return found != bases.end() && std::ranges::any_of(found->second, [&](const std::string &base) {
             return contains(base + name.substr(end));
           });
  }

private:
  llvm::StringSet<> names;
  std::map<std::string, std::set<std::string>> bases;
};

/// The numbers of a version: "1.26" and "C++23" compare as people expect.
std::vector<unsigned> numbers(llvm::StringRef version) {
  std::vector<unsigned> found;
  while (!version.empty()) {
    unsigned number = 0;
    if (version.consumeInteger(10, number))
      version = version.drop_front();
    else
      found.push_back(number);
  }
  return found;
}

struct Name {
  Location place; // the same for the names that one name has in several roots
  const char *key = "name";
  std::string name;
  std::string since;
};

template <class Entry> void append(std::vector<Name> &names, const std::vector<Entry> &entries) {
  for (const Entry &entry : entries) {
    names.push_back({entry.declaredAt, "name", entry.name, entry.since});
    if constexpr (std::is_base_of_v<FunctionEntry, Entry>)
      if (!entry.takes.empty()) names.push_back({entry.declaredAt, "takes", entry.takes, entry.since});
  }
}

/// Every name of a shipped model.
std::vector<Name> namesOf(const std::string &library) {
  std::vector<Problem> problems;
  std::vector<Name> names;
  for (const Model &model : loadModels({}, problems).libraries) {
    if (model.library != library) continue;
    append(names, model.taskTypes), append(names, model.blockingCalls), append(names, model.loopBound);
    append(names, model.loopBoundCalls), append(names, model.executors), append(names, model.sinks);
    append(names, model.loopRunners), append(names, model.hops), append(names, model.threadSafe);
    append(names, model.strands), append(names, model.backgroundCalls), append(names, model.readyChecks);
    append(names, model.resumers), append(names, model.guards), append(names, model.threadBoundValues);
  }
  EXPECT_FALSE(names.empty()) << library;
  return names;
}

/// Every name of the model is declared in at least one of its roots.
void expectAllDeclared(const std::string &library, const char *headers, const char *installed) {
  const DeclaredNames declared(headers);
  std::map<std::pair<Location, std::string>, std::string> missing;
  std::set<std::pair<Location, std::string>> found;
  for (const Name &name : namesOf(library)) {
    if (!name.since.empty() && numbers(name.since) > numbers(installed)) continue;
    if (declared.contains(name.name))
      found.insert({name.place, name.key});
    else
      missing[{name.place, name.key}] = name.name;
  }
  for (const auto &[place, name] : missing)
    EXPECT_TRUE(found.contains(place)) << place.first.file << ":" << place.first.line << ":"
                                       << place.first.column << ": " << name << " is not declared";
}

TEST(ModelNames, OfStdExist) { expectAllDeclared("std", stdHeaders, "C++23"); }

TEST(ModelNames, OfPosixExist) { expectAllDeclared("posix", posixHeaders, "2.36"); }

TEST(ModelNames, OfAsioExist) {
  if (!std::filesystem::exists("/usr/include/boost/asio.hpp")) GTEST_SKIP() << "Boost is not installed";
  // The classes for files came with 1.22 and are declared only with io_uring.
  const bool hasFiles = std::filesystem::exists("/usr/include/liburing.h");
  expectAllDeclared("asio", asioHeaders, hasFiles ? "1.26" : "1.21");
}

} // namespace
} // namespace coroguard
