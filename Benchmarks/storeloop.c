// The bare C loop that the store's ring of whole requests is held against: packs 1,000 requests of 8 features into one
// block, and inserts it in a transaction of its own. The columns, the bytes and the pragmas are those of
// Sources/Storage/Requests; nothing else is done.
//
//   cc -O2 -o storeloop storeloop.c -lsqlite3
//   storeloop FILE BLOCKS     median microseconds a block, bytes of a block
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COUNT = 1000, FEATURES = 8, OUTPUTS = 2 };

struct request {
  uint8_t id[16];
  int64_t arrived, revision, queue, compute, total, rows;
  uint8_t outcome;
  float in[FEATURES], out[OUTPUTS];
};

static uint8_t block[1 << 18];
static size_t used;
static uint32_t table[256];

static void byte(uint8_t value) { block[used++] = value; }

static void number(uint64_t value) {
  while (value >= 0x80) {
    byte((uint8_t)value | 0x80);
    value >>= 7;
  }
  byte((uint8_t)value);
}

static void whole(int64_t value) { number((uint64_t)value << 1 ^ (uint64_t)(value >> 63)); }

static void text(const char *value) {
  number(strlen(value));
  memcpy(block + used, value, strlen(value));
  used += strlen(value);
}

static void bytes(const void *value, size_t size) {
  number(size);
  memcpy(block + used, value, size);
  used += size;
}

static void tensor(const char *name, int columns) {
  text(name);
  text("FP32");
  number(2);
  number(1);
  number(columns);
}

static void pack(const struct request *r) {
  used = 0;
  byte(1);
  number(COUNT);
  for (int i = 0; i < COUNT; i++) {
    memcpy(block + used, r[i].id, 16);
    used += 16;
  }
  for (int64_t i = 0, last = 0; i < COUNT; last = r[i++].arrived) whole(r[i].arrived - last);
  for (int i = 0; i < COUNT; i++) byte(r[i].outcome);
  for (int64_t i = 0, last = 0; i < COUNT; last = r[i++].revision) whole(r[i].revision - last);
  for (int i = 0; i < COUNT; i++) whole(r[i].queue);
  for (int i = 0; i < COUNT; i++) whole(r[i].compute);
  for (int i = 0; i < COUNT; i++) whole(r[i].total);
  for (int i = 0; i < COUNT; i++) number(r[i].rows);
  number(1);
  text("bench");
  for (int i = 0; i < COUNT; i++) number(0);
  for (int i = 0; i < COUNT; i++) number(0);
  number(1);
  number(1);
  tensor("X", FEATURES);
  number(1);
  tensor("p", OUTPUTS);
  number(0);
  for (int i = 0; i < COUNT; i++) {
    number(1);
    bytes(r[i].in, sizeof r[i].in);
    bytes(r[i].out, sizeof r[i].out);
  }
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < used; i++) crc = table[(crc ^ block[i]) & 255] ^ crc >> 8;
  crc ^= 0xffffffff;
  for (int shift = 0; shift < 32; shift += 8) byte((uint8_t)(crc >> shift));
}

static void run(sqlite3 *db, const char *sql) {
  char *error = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK) {
    fprintf(stderr, "storeloop: %s\n", error);
    exit(1);
  }
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) exit(1);
  return statement;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int blocks = atoi(argv[2]);
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  sqlite3 *db;
  if (sqlite3_open(argv[1], &db) != SQLITE_OK) return 1;
  run(db,
      "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -8192;"
      "CREATE TABLE request_block(block INTEGER PRIMARY KEY, series INTEGER NOT NULL,"
      "  t INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL, n INTEGER NOT NULL,"
      "  slowest INTEGER NOT NULL, errors INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;"
      "CREATE INDEX request_block_t ON request_block(t);"
      "CREATE TABLE request_data(block INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;");
  sqlite3_stmt *head = prepared(
      db,
      "INSERT INTO request_block(series, t, first, last, n, slowest, errors, bytes)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  sqlite3_stmt *data = prepared(db, "INSERT INTO request_data(block, data) VALUES (?, ?)");
  static struct request r[COUNT];
  double *times = calloc(blocks, sizeof *times);
  for (int b = 0; b < blocks; b++) {
    int64_t second = 1767268800 + b, slowest = 0;
    for (int i = 0; i < COUNT; i++) {
      memset(&r[i], 0, sizeof r[i]);
      r[i].arrived = second * 1000000 + i * 1000;
      for (int k = 0; k < 8; k++) r[i].id[k] = (uint8_t)(r[i].arrived >> (56 - 8 * k));
      r[i].id[15] = (uint8_t)i;
      r[i].id[14] = (uint8_t)(i >> 8);
      r[i].revision = 1;
      r[i].queue = 90000 + i * 7919 % 20000;
      r[i].compute = 200000 + (int64_t)i * 104729 % 100000;
      r[i].total = r[i].queue + r[i].compute + 50000;
      r[i].rows = 1;
      for (int k = 0; k < FEATURES; k++) r[i].in[k] = (float)(i * 31 + k) / 97;
      r[i].out[0] = (float)(i % 100) / 100;
      r[i].out[1] = 1 - r[i].out[0];
    }
    double start = now();
    pack(r);
    for (int i = 0; i < COUNT; i++) slowest = r[i].total > slowest ? r[i].total : slowest;
    run(db, "BEGIN IMMEDIATE");
    sqlite3_bind_int64(head, 1, 1);
    sqlite3_bind_int64(head, 2, second);
    sqlite3_bind_blob(head, 3, r[0].id, 16, SQLITE_STATIC);
    sqlite3_bind_blob(head, 4, r[COUNT - 1].id, 16, SQLITE_STATIC);
    sqlite3_bind_int64(head, 5, COUNT);
    sqlite3_bind_int64(head, 6, slowest);
    sqlite3_bind_int64(head, 7, 0);
    sqlite3_bind_int64(head, 8, (int64_t)used);
    if (sqlite3_step(head) != SQLITE_DONE) return 1;
    sqlite3_reset(head);
    sqlite3_bind_int64(data, 1, sqlite3_last_insert_rowid(db));
    sqlite3_bind_blob(data, 2, block, (int)used, SQLITE_STATIC);
    if (sqlite3_step(data) != SQLITE_DONE) return 1;
    sqlite3_reset(data);
    run(db, "COMMIT");
    times[b] = now() - start;
  }
  qsort(times, blocks, sizeof *times, ascending);
  printf("%.1f %zu\n", times[blocks / 2], used);
  return 0;
}
