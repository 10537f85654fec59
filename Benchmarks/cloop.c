// The bare C loop that `vigia score` is held against: rows in memory, one session, a number of threads that each call
// OrtRun on batch after batch and read the answers. No CSV, no printing. Slots as in Sources/COnnxRuntime.
//
//   cc -O2 -o cloop cloop.c -ldl -lpthread
//   cloop LIBRARY MODEL.onnx ROWS FEATURES BATCH THREADS     rows/s on standard output
//
// The model has one input `input` [-1, FEATURES] FP32, and the outputs `label` and `probabilities`.
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef const void *const *Table;
static Table api;
static void *session, *memory;
static float *rows;
static int64_t rowCount, features, batch, threads;
static double checksum[64];

#define SLOT(index, type) ((type)api[index])

static void check(void *status) {
  if (!status) return;
  fprintf(stderr, "cloop: %s\n", SLOT(2, const char *(*)(void *))(status));
  exit(1);
}

static void *work(void *argument) {
  int64_t number = (int64_t)argument;
  const char *inputs[] = {"input"}, *outputs[] = {"label", "probabilities"};
  double sum = 0;
  for (int64_t first = number * batch; first < rowCount; first += threads * batch) {
    int64_t count = rowCount - first < batch ? rowCount - first : batch;
    int64_t shape[] = {count, features};
    void *value = NULL, *answers[] = {NULL, NULL}, *labels = NULL, *scores = NULL;
    check(SLOT(49, void *(*)(void *, void *, size_t, int64_t *, size_t, int32_t, void **))(
        memory, rows + first * features, count * features * sizeof(float), shape, 2, 1, &value));
    check(SLOT(9, void *(*)(void *, void *, const char **, void **, size_t, const char **, size_t,
                            void **))(session, NULL, inputs, &value, 1, outputs, 2, answers));
    check(SLOT(51, void *(*)(void *, void **))(answers[0], &labels));
    check(SLOT(51, void *(*)(void *, void **))(answers[1], &scores));
    for (int64_t row = 0; row < count; row++)
      sum += ((int64_t *)labels)[row] + ((float *)scores)[2 * row];
    SLOT(96, void (*)(void *))(value);
    SLOT(96, void (*)(void *))(answers[0]);
    SLOT(96, void (*)(void *))(answers[1]);
  }
  checksum[number] = sum;
  return NULL;
}

// Rows that are all different: a processor learns the branches of repeated ones.
static float next(void) {
  static uint64_t state = 42;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)((double)(state >> 11) / 9007199254740992.0 * 4 - 2);
}

int main(int count, char **words) {
  if (count != 7) {
    fprintf(stderr, "usage: cloop LIBRARY MODEL ROWS FEATURES BATCH THREADS\n");
    return 2;
  }
  rowCount = atoll(words[3]), features = atoll(words[4]);
  batch = atoll(words[5]), threads = atoll(words[6]);
  if (rowCount < 1 || features < 1 || batch < 1 || threads < 1 || threads > 64) return 2;
  void *library = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  const void *const *(*base)(void) = library ? dlsym(library, "OrtGetApiBase") : NULL;
  if (!base) {
    fprintf(stderr, "cloop: %s\n", dlerror());
    return 1;
  }
  api = ((Table(*)(uint32_t))base()[0])(8);
  void *options = NULL, *environment = NULL;
  check(SLOT(3, void *(*)(int32_t, const char *, void **))(2, "cloop", &environment));
  check(SLOT(10, void *(*)(void **))(&options));
  check(SLOT(24, void *(*)(void *, int32_t))(options, 1));
  check(SLOT(25, void *(*)(void *, int32_t))(options, 1));
  check(SLOT(23, void *(*)(void *, int32_t))(options, 99));
  // Without arena and pattern one session serves two threads at twice the rate.
  check(SLOT(19, void *(*)(void *))(options));
  check(SLOT(17, void *(*)(void *))(options));
  check(SLOT(7, void *(*)(void *, const char *, void *, void **))(environment, words[2], options,
                                                                  &session));
  check(SLOT(69, void *(*)(int32_t, int32_t, void **))(0, 0, &memory));
  rows = malloc(rowCount * features * sizeof(float));
  if (!rows) return 1;
  for (int64_t index = 0; index < rowCount * features; index++) rows[index] = next();

  struct timespec start, end;
  pthread_t running[64];
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int64_t number = 0; number < threads; number++)
    if (pthread_create(&running[number], NULL, work, (void *)number)) return 1;
  for (int64_t number = 0; number < threads; number++) pthread_join(running[number], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9, sum = 0;
  for (int64_t number = 0; number < threads; number++) sum += checksum[number];
  printf("%.0f rows/s (%.3f s, sum %.3f)\n", rowCount / seconds, seconds, sum);
  return 0;
}
