// for: drogon
// Tasks and operations that start only when they are awaited.
#include <lib.h>

drogon::Task<> step();
drogon::Task<int> count();
drogon::AsyncTask detached();

// --- Warn -----------------------------------------------------------------------------------------------------------

drogon::Task<> drops(drogon::HttpClient &http, drogon::orm::DbClient &db, trantor::EventLoop *loop,
                     drogon::orm::CoroMapper<int> &users) {
  step();                   // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  (void)count();            // warn: unawaited-coroutine "'count()' is cast to void"
  http.sendRequestCoro(1);  // warn: unawaited-coroutine "'drogon::HttpClient::sendRequestCoro()'"
  db.execSqlCoro("");       // warn: unawaited-coroutine "'drogon::orm::DbClient::execSqlCoro()'"
  users.findByPrimaryKey(1); // warn: unawaited-coroutine "findByPrimaryKey()'"
  drogon::switchThreadCoro(loop); // warn: unawaited-coroutine "'drogon::switchThreadCoro()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

drogon::Task<> awaits(drogon::HttpClient &http, drogon::orm::DbClient &db, trantor::EventLoop *loop) {
  co_await step();
  int n = co_await count();
  int answer = co_await http.sendRequestCoro(1);
  co_await db.execSqlCoro("");
  co_await drogon::switchThreadCoro(loop);
}
void starts() {
  detached();
  drogon::async_run([]() -> drogon::Task<> { co_await step(); });
}
