// Blocking client libraries, and a task type of no library.
#pragma once
#include <cstddef>
#include <task.h>

extern "C" {
struct PGconn;
struct PGresult;
PGconn *PQconnectdb(const char *);
PGresult *PQexec(PGconn *, const char *);
int PQsendQuery(PGconn *, const char *);
int PQconsumeInput(PGconn *);
PGresult *PQgetResult(PGconn *);

struct sqlite3;
struct sqlite3_stmt;
int sqlite3_open(const char *, sqlite3 **);
int sqlite3_step(sqlite3_stmt *);
int sqlite3_reset(sqlite3_stmt *);
const unsigned char *sqlite3_column_text(sqlite3_stmt *, int);

struct MYSQL;
int mysql_query(MYSQL *, const char *);
int mysql_real_query_start(int *, MYSQL *, const char *, unsigned long);

struct redisContext;
void *redisCommand(redisContext *, const char *, ...);
int redisAppendCommand(redisContext *, const char *, ...);

typedef void CURL;
typedef void CURLM;
struct curl_waitfd;
int curl_easy_perform(CURL *);
int curl_multi_perform(CURLM *, int *);
int curl_multi_poll(CURLM *, struct curl_waitfd[], unsigned, int, int *);

int zmq_recv(void *, void *, std::size_t, int);
struct rd_kafka_t;
int rd_kafka_flush(rd_kafka_t *, int);
int rd_kafka_poll(rd_kafka_t *, int);

int PKCS5_PBKDF2_HMAC(const char *, int, const unsigned char *, int, int, const void *, int, unsigned char *);
}

namespace YAML {
class Node {};
Node LoadFile(const char *);
Node Load(const char *);
} // namespace YAML

namespace grpc {
class CompletionQueue {
public:
  bool Next(void **tag, bool *ok) { return false; }
  virtual ~CompletionQueue() = default;
};
} // namespace grpc

template <class T = void> using task = mock::lazy_task<T>;
