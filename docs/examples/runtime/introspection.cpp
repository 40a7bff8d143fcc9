// Who awaits whom: the call graph of a task, and a table of all tasks.
#include <coroguard/runtime.hpp>
#include <cstdio>

using namespace std::chrono_literals;
namespace cg = coroguard;

cg::coro<void> read_bytes(cg::future<void> socket) { co_await socket; }

cg::coro<void> fetch(cg::future<void> socket) { co_await read_bytes(socket); }

cg::coro<void> load_page(cg::task<void> header, cg::task<void> body) { co_await cg::gather(header, body); }

cg::coro<void> look_around(cg::task<void> body) {
  co_await cg::sleep(0s);  // the others begin to wait
  cg::print_call_graph(body);
  std::puts("");
  cg::print_call_graph();
  std::puts("");
  cg::print_tasks();
}

int main() {
  cg::event_loop loop;
  const cg::future<void> socket = loop.create_future<void>();
  const cg::task<void> header = loop.create_task(fetch(socket), {.name = "header"});
  const cg::task<void> body = loop.create_task(fetch(socket), {.name = "body"});
  const cg::task<void> page = loop.create_task(load_page(header, body), {.name = "page"});
  loop.run_until_complete(loop.create_task(look_around(body), {.name = "looks"}));
  socket.set_result();
  loop.run_until_complete(page);
}
