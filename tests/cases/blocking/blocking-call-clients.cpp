// for: clients
// Client libraries whose calls wait for a server, a file or a processor.
#include <lib.h>

// --- Warn -----------------------------------------------------------------------------------------------------------

void store(PGconn *connection) { PQexec(connection, "insert"); }

task<> databases(PGconn *pg, sqlite3_stmt *statement, MYSQL *mysql, redisContext *redis) {
  PQconnectdb("");                 // warn: blocking-call "'PQconnectdb' blocks" // note: "PQconnectStart"
  PQexec(pg, "select 1");          // warn: blocking-call "'PQexec' blocks"
  store(pg);                       // warn: blocking-call "'store' ends in 'PQexec'"
  sqlite3 *file;
  sqlite3_open("a.db", &file);     // warn: blocking-call "'sqlite3_open' blocks"
  while (sqlite3_step(statement)); // warn: blocking-call "'sqlite3_step' blocks"
  mysql_query(mysql, "select 1");  // warn: blocking-call "'mysql_query' blocks"
  redisCommand(redis, "GET a");    // warn: blocking-call "'redisCommand' blocks"
  co_return;
}

task<> peers(CURL *curl, CURLM *multi, void *socket, rd_kafka_t *kafka, grpc::CompletionQueue &queue, int time) {
  curl_easy_perform(curl);                          // warn: blocking-call "'curl_easy_perform' blocks"
  curl_multi_poll(multi, nullptr, 0, 100, nullptr); // warn: blocking-call "'curl_multi_poll' blocks"
  char buffer[8];
  zmq_recv(socket, buffer, 8, 0); // warn: blocking-call "'zmq_recv' blocks"
  rd_kafka_flush(kafka, time);    // warn: blocking-call "'rd_kafka_flush' blocks"
  void *tag;
  bool ok;
  queue.Next(&tag, &ok); // warn: blocking-call "'grpc::CompletionQueue::Next' blocks"
  co_return;
}

task<> slow(unsigned char *key) {
  PKCS5_PBKDF2_HMAC("", 0, nullptr, 0, 600000, nullptr, 32, key); // warn: blocking-call "'PKCS5_PBKDF2_HMAC' blocks"
  YAML::LoadFile("settings.yaml");                                // warn: blocking-call "'YAML::LoadFile' blocks"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

namespace app {
int sqlite3_step(int);
task<int> redisCommand(int);
} // namespace app
// C++ functions with the name of a C function.
task<> sleep(double seconds);
void sync(task<> &);
struct message;
task<> pause(message *);

task<> asynchronous(PGconn *pg, sqlite3_stmt *statement, MYSQL *mysql, redisContext *redis, task<> &other) {
  PQsendQuery(pg, "select 1");
  PQconsumeInput(pg);
  PQgetResult(pg);
  sqlite3_reset(statement);
  sqlite3_column_text(statement, 0);
  int error;
  mysql_real_query_start(&error, mysql, "", 0);
  redisAppendCommand(redis, "GET a");
  app::sqlite3_step(1);
  co_await app::redisCommand(1);
  co_await sleep(0.5);
  sync(other);
  co_await pause(nullptr);
}

task<> polls(CURLM *multi, void *socket, rd_kafka_t *kafka) {
  int running;
  curl_multi_perform(multi, &running);
  curl_multi_poll(multi, nullptr, 0, 0, nullptr);
  char buffer[8];
  zmq_recv(socket, buffer, 8, 1); // ZMQ_DONTWAIT
  rd_kafka_poll(kafka, 0);
  YAML::Load("a: 1");
  co_return;
}

void not_loop_code(PGconn *pg) { PQexec(pg, "select 1"); }
