// for: drogon
// The synchronous twins of one class; the overloads that call back do not wait.
#include <lib.h>
#include <unistd.h>

drogon::Task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

drogon::Task<> in_coroutine(drogon::orm::DbClient &db, drogon::HttpClient &http) {
  drogon::orm::Mapper<int> users(db);
  db.execSqlSync("");               // warn: blocking-call "execSqlSync'"
  int user = users.findByPrimaryKey(1); // warn: blocking-call "findByPrimaryKey'"
  users.findAll();                  // warn: blocking-call "findAll'"
  http.sendRequest(1);              // warn: blocking-call "sendRequest'"
  drogon::sync_wait(count());       // warn: blocking-wait "'drogon::sync_wait'"
  co_return;
}
void on_loop(trantor::EventLoop *loop, drogon::orm::DbClient &db) {
  loop->queueInLoop([&] { db.execSqlSync(""); }); // warn: blocking-call "execSqlSync'"
  loop->runAfter(1, [] { sleep(1); });            // warn: blocking-call "'sleep' blocks"
}
drogon::Task<> nested(trantor::EventLoop *loop) {
  loop->loop(); // warn: nested-event-loop "'trantor::EventLoop::loop'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

drogon::Task<> calls_back(drogon::orm::DbClient &db, drogon::HttpClient &http) {
  drogon::orm::Mapper<int> users(db);
  users.findByPrimaryKey(1, [](int) {}, [](int) {});
  users.findAll([](int) {}, [](int) {});
  http.sendRequest(1, [](int) {});
  int answer = co_await http.sendRequestCoro(1);
  co_await db.execSqlCoro("");
}
int plain(drogon::orm::DbClient &db) { return db.execSqlSync(""); }
void on_queue(trantor::ConcurrentTaskQueue &queue) {
  queue.runTaskInQueue([] { sleep(1); });
}
