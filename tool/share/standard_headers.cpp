#include "tool/share/standard_headers.h"
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringSet.h>

namespace coroguard {
namespace {

constexpr const char *cpp =
    "algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts condition_variable "
    "coroutine debugging deque exception execution expected filesystem flat_map flat_set format forward_list fstream "
    "functional future generator hazard_pointer initializer_list inplace_vector iomanip ios iosfwd iostream istream iterator "
    "latch limits linalg list locale map mdspan memory memory_resource mutex new numbers numeric optional ostream print queue "
    "random ranges ratio rcu regex scoped_allocator semaphore set shared_mutex simd source_location span spanstream sstream "
    "stack stacktrace stdexcept stdfloat stop_token streambuf string string_view strstream syncstream system_error "
    "text_encoding thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant vector "
    "version ccomplex cctype cerrno cfenv cfloat cinttypes ciso646 climits clocale cmath csetjmp csignal cstdalign cstdarg "
    "cstdbool cstddef cstdint cstdio cstdlib cstring ctgmath ctime cuchar cwchar cwctype";

constexpr const char *c =
    "complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h setjmp.h signal.h stdalign.h "
    "stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h threads.h time.h "
    "uchar.h wchar.h wctype.h";

constexpr const char *posix =
    "aio.h arpa/inet.h cpio.h dirent.h dlfcn.h fcntl.h fmtmsg.h fnmatch.h ftw.h glob.h grp.h iconv.h langinfo.h libgen.h "
    "monetary.h mqueue.h net/if.h netdb.h netinet/in.h netinet/tcp.h nl_types.h poll.h pthread.h pwd.h regex.h sched.h "
    "search.h semaphore.h spawn.h strings.h stropts.h sys/ipc.h sys/mman.h sys/msg.h sys/resource.h sys/select.h sys/sem.h "
    "sys/shm.h sys/socket.h sys/stat.h sys/statvfs.h sys/time.h sys/times.h sys/types.h sys/uio.h sys/un.h sys/utsname.h "
    "sys/wait.h syslog.h tar.h termios.h ulimit.h unistd.h utime.h utmpx.h wordexp.h";

llvm::StringSet<> allNames() {
  llvm::StringSet<> names;
  for (const char *list : {cpp, c, posix}) {
    llvm::SmallVector<llvm::StringRef> parts;
    llvm::StringRef(list).split(parts, ' ');
    for (llvm::StringRef part : parts) names.insert(part);
  }
  return names;
}

} // namespace

bool isStandardHeader(llvm::StringRef name) {
  static const llvm::StringSet<> names = allNames();
  return names.contains(name);
}

} // namespace coroguard
