// ONNX Runtime's C API without its header: a table of function pointers that is only ever appended to, reached by
// index. Each function below calls one slot; its name is ONNX Runtime's own.
//
// Slots up to 169 exist since API version 8 (ONNX Runtime 1.8); 216 since version 12 (1.12); 252 since version 15
// (1.15); 390 since version 24 (1.24).

#ifndef VIGIA_CONNXRUNTIME_H
#define VIGIA_CONNXRUNTIME_H

#include <stddef.h>
#include <stdint.h>

#include "CProcess.h"

typedef const void *const *OrtTable;

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtThreadingOptions OrtThreadingOptions;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtSession OrtSession;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtShapeInfo OrtShapeInfo;
typedef struct OrtSequenceInfo OrtSequenceInfo;

typedef void (*OrtLogger)(void *parameter, int32_t severity, const char *category,
                          const char *logID, const char *location, const char *message);

// dlsym(library, "OrtGetApiBase"), called: its two functions.
OrtTable ortTable(void *getApiBase, uint32_t version);
const char *ortVersion(void *getApiBase);
// An exported OrtSessionOptionsAppendExecutionProvider_X, called.
OrtStatus *ortAppendProvider(void *function, OrtSessionOptions *options, int device);

#define ORT_SLOT(index, type) ((type)api[index])

static inline int32_t OrtGetErrorCode(OrtTable api, const OrtStatus *status) {
  return ORT_SLOT(1, int32_t(*)(const OrtStatus *))(status);
}
static inline const char *OrtGetErrorMessage(OrtTable api, const OrtStatus *status) {
  return ORT_SLOT(2, const char *(*)(const OrtStatus *))(status);
}
static inline OrtStatus *OrtCreateSessionFromArray(OrtTable api, const OrtEnv *env,
                                                   const void *bytes, size_t count,
                                                   const OrtSessionOptions *options,
                                                   OrtSession **out) {
  return ORT_SLOT(8, OrtStatus *(*)(const OrtEnv *, const void *, size_t,
                                    const OrtSessionOptions *, OrtSession **))(env, bytes, count,
                                                                               options, out);
}
// `options` may be NULL.
static inline OrtStatus *OrtRun(OrtTable api, OrtSession *session, const OrtRunOptions *options,
                                const char *const *inputNames, const OrtValue *const *inputs,
                                size_t inputCount, const char *const *outputNames,
                                size_t outputCount, OrtValue **outputs) {
  return ORT_SLOT(9, OrtStatus *(*)(OrtSession *, const OrtRunOptions *, const char *const *,
                                    const OrtValue *const *, size_t, const char *const *, size_t,
                                    OrtValue **))(session, options, inputNames, inputs,
                                                  inputCount, outputNames, outputCount, outputs);
}
static inline OrtStatus *OrtCreateSessionOptions(OrtTable api, OrtSessionOptions **out) {
  return ORT_SLOT(10, OrtStatus *(*)(OrtSessionOptions **))(out);
}
static inline OrtStatus *OrtSetSessionExecutionMode(OrtTable api, OrtSessionOptions *options,
                                                    int32_t mode) {
  return ORT_SLOT(13, OrtStatus *(*)(OrtSessionOptions *, int32_t))(options, mode);
}
static inline OrtStatus *OrtDisableMemPattern(OrtTable api, OrtSessionOptions *options) {
  return ORT_SLOT(17, OrtStatus *(*)(OrtSessionOptions *))(options);
}
static inline OrtStatus *OrtDisableCpuMemArena(OrtTable api, OrtSessionOptions *options) {
  return ORT_SLOT(19, OrtStatus *(*)(OrtSessionOptions *))(options);
}
static inline OrtStatus *OrtSetGraphOptimizationLevel(OrtTable api, OrtSessionOptions *options,
                                                      int32_t level) {
  return ORT_SLOT(23, OrtStatus *(*)(OrtSessionOptions *, int32_t))(options, level);
}
static inline OrtStatus *OrtSetIntraOpNumThreads(OrtTable api, OrtSessionOptions *options,
                                                 int32_t count) {
  return ORT_SLOT(24, OrtStatus *(*)(OrtSessionOptions *, int32_t))(options, count);
}
static inline OrtStatus *OrtSetInterOpNumThreads(OrtTable api, OrtSessionOptions *options,
                                                 int32_t count) {
  return ORT_SLOT(25, OrtStatus *(*)(OrtSessionOptions *, int32_t))(options, count);
}
static inline OrtStatus *OrtSessionGetInputCount(OrtTable api, const OrtSession *session,
                                                 size_t *out) {
  return ORT_SLOT(30, OrtStatus *(*)(const OrtSession *, size_t *))(session, out);
}
static inline OrtStatus *OrtSessionGetOutputCount(OrtTable api, const OrtSession *session,
                                                  size_t *out) {
  return ORT_SLOT(31, OrtStatus *(*)(const OrtSession *, size_t *))(session, out);
}
// Of the graph's inputs that are initializers, too, from IR version 4 on: they are not among the inputs.
static inline OrtStatus *OrtSessionGetOverridableInitializerCount(OrtTable api,
                                                                  const OrtSession *session,
                                                                  size_t *out) {
  return ORT_SLOT(32, OrtStatus *(*)(const OrtSession *, size_t *))(session, out);
}
static inline OrtStatus *OrtSessionGetInputTypeInfo(OrtTable api, const OrtSession *session,
                                                    size_t index, OrtTypeInfo **out) {
  return ORT_SLOT(33, OrtStatus *(*)(const OrtSession *, size_t, OrtTypeInfo **))(session, index,
                                                                                  out);
}
static inline OrtStatus *OrtSessionGetOutputTypeInfo(OrtTable api, const OrtSession *session,
                                                     size_t index, OrtTypeInfo **out) {
  return ORT_SLOT(34, OrtStatus *(*)(const OrtSession *, size_t, OrtTypeInfo **))(session, index,
                                                                                  out);
}
static inline OrtStatus *OrtSessionGetOverridableInitializerTypeInfo(OrtTable api,
                                                                     const OrtSession *session,
                                                                     size_t index,
                                                                     OrtTypeInfo **out) {
  return ORT_SLOT(35, OrtStatus *(*)(const OrtSession *, size_t, OrtTypeInfo **))(session, index,
                                                                                  out);
}
// The name belongs to the allocator: OrtAllocatorFree.
static inline OrtStatus *OrtSessionGetInputName(OrtTable api, const OrtSession *session,
                                                size_t index, OrtAllocator *allocator, char **out) {
  return ORT_SLOT(36, OrtStatus *(*)(const OrtSession *, size_t, OrtAllocator *, char **))(
      session, index, allocator, out);
}
static inline OrtStatus *OrtSessionGetOutputName(OrtTable api, const OrtSession *session,
                                                 size_t index, OrtAllocator *allocator,
                                                 char **out) {
  return ORT_SLOT(37, OrtStatus *(*)(const OrtSession *, size_t, OrtAllocator *, char **))(
      session, index, allocator, out);
}
static inline OrtStatus *OrtSessionGetOverridableInitializerName(OrtTable api,
                                                                 const OrtSession *session,
                                                                 size_t index,
                                                                 OrtAllocator *allocator,
                                                                 char **out) {
  return ORT_SLOT(38, OrtStatus *(*)(const OrtSession *, size_t, OrtAllocator *, char **))(
      session, index, allocator, out);
}
static inline OrtStatus *OrtCreateRunOptions(OrtTable api, OrtRunOptions **out) {
  return ORT_SLOT(39, OrtStatus *(*)(OrtRunOptions **))(out);
}
// From any thread while a run goes on: it ends with an error at its next node.
static inline OrtStatus *OrtRunOptionsSetTerminate(OrtTable api, OrtRunOptions *options) {
  return ORT_SLOT(46, OrtStatus *(*)(OrtRunOptions *))(options);
}
static inline OrtStatus *OrtCreateTensorAsOrtValue(OrtTable api, OrtAllocator *allocator,
                                                   const int64_t *shape, size_t rank,
                                                   int32_t elementType, OrtValue **out) {
  return ORT_SLOT(48, OrtStatus *(*)(OrtAllocator *, const int64_t *, size_t, int32_t,
                                     OrtValue **))(allocator, shape, rank, elementType, out);
}
// Copies nothing: the bytes must outlive the value.
static inline OrtStatus *OrtCreateTensorWithData(OrtTable api, const OrtMemoryInfo *info,
                                                 void *bytes, size_t count, const int64_t *shape,
                                                 size_t rank, int32_t elementType,
                                                 OrtValue **out) {
  return ORT_SLOT(49, OrtStatus *(*)(const OrtMemoryInfo *, void *, size_t, const int64_t *,
                                     size_t, int32_t, OrtValue **))(info, bytes, count, shape,
                                                                    rank, elementType, out);
}
static inline OrtStatus *OrtGetTensorMutableData(OrtTable api, OrtValue *value, void **out) {
  return ORT_SLOT(51, OrtStatus *(*)(OrtValue *, void **))(value, out);
}
static inline OrtStatus *OrtFillStringTensor(OrtTable api, OrtValue *value,
                                             const char *const *strings, size_t count) {
  return ORT_SLOT(52, OrtStatus *(*)(OrtValue *, const char *const *, size_t))(value, strings,
                                                                               count);
}
static inline OrtStatus *OrtGetStringTensorDataLength(OrtTable api, const OrtValue *value,
                                                      size_t *out) {
  return ORT_SLOT(53, OrtStatus *(*)(const OrtValue *, size_t *))(value, out);
}
static inline OrtStatus *OrtGetStringTensorContent(OrtTable api, const OrtValue *value,
                                                   void *bytes, size_t byteCount,
                                                   size_t *offsets, size_t offsetCount) {
  return ORT_SLOT(54, OrtStatus *(*)(const OrtValue *, void *, size_t, size_t *, size_t))(
      value, bytes, byteCount, offsets, offsetCount);
}
// Borrowed from `info`; NULL for what is not a tensor.
static inline OrtStatus *OrtCastTypeInfoToTensorInfo(OrtTable api, const OrtTypeInfo *info,
                                                     const OrtShapeInfo **out) {
  return ORT_SLOT(55, OrtStatus *(*)(const OrtTypeInfo *, const OrtShapeInfo **))(info, out);
}
// Borrowed from `info`; NULL for what is not a sequence.
static inline OrtStatus *OrtCastTypeInfoToSequenceInfo(OrtTable api, const OrtTypeInfo *info,
                                                       const OrtSequenceInfo **out) {
  return ORT_SLOT(104, OrtStatus *(*)(const OrtTypeInfo *, const OrtSequenceInfo **))(info, out);
}
static inline OrtStatus *OrtGetSequenceElementType(OrtTable api, const OrtSequenceInfo *info,
                                                   OrtTypeInfo **out) {
  return ORT_SLOT(107, OrtStatus *(*)(const OrtSequenceInfo *, OrtTypeInfo **))(info, out);
}
static inline OrtStatus *OrtGetOnnxTypeFromTypeInfo(OrtTable api, const OrtTypeInfo *info,
                                                    int32_t *out) {
  return ORT_SLOT(56, OrtStatus *(*)(const OrtTypeInfo *, int32_t *))(info, out);
}
static inline OrtStatus *OrtGetTensorElementType(OrtTable api, const OrtShapeInfo *info,
                                                 int32_t *out) {
  return ORT_SLOT(60, OrtStatus *(*)(const OrtShapeInfo *, int32_t *))(info, out);
}
static inline OrtStatus *OrtGetDimensionsCount(OrtTable api, const OrtShapeInfo *info,
                                               size_t *out) {
  return ORT_SLOT(61, OrtStatus *(*)(const OrtShapeInfo *, size_t *))(info, out);
}
static inline OrtStatus *OrtGetDimensions(OrtTable api, const OrtShapeInfo *info, int64_t *lengths,
                                          size_t rank) {
  return ORT_SLOT(62, OrtStatus *(*)(const OrtShapeInfo *, int64_t *, size_t))(info, lengths,
                                                                               rank);
}
// The names belong to the shape's info; a dimension without one has an empty text.
static inline OrtStatus *OrtGetSymbolicDimensions(OrtTable api, const OrtShapeInfo *info,
                                                  const char **names, size_t rank) {
  return ORT_SLOT(63, OrtStatus *(*)(const OrtShapeInfo *, const char **, size_t))(info, names,
                                                                                   rank);
}
static inline OrtStatus *OrtGetTensorTypeAndShape(OrtTable api, const OrtValue *value,
                                                  OrtShapeInfo **out) {
  return ORT_SLOT(65, OrtStatus *(*)(const OrtValue *, OrtShapeInfo **))(value, out);
}
static inline OrtStatus *OrtGetValueType(OrtTable api, const OrtValue *value, int32_t *out) {
  return ORT_SLOT(67, OrtStatus *(*)(const OrtValue *, int32_t *))(value, out);
}
static inline OrtStatus *OrtCreateCpuMemoryInfo(OrtTable api, int32_t allocatorType,
                                                int32_t memoryType, OrtMemoryInfo **out) {
  return ORT_SLOT(69, OrtStatus *(*)(int32_t, int32_t, OrtMemoryInfo **))(allocatorType,
                                                                          memoryType, out);
}
static inline OrtStatus *OrtAllocatorFree(OrtTable api, OrtAllocator *allocator, void *pointer) {
  return ORT_SLOT(76, OrtStatus *(*)(OrtAllocator *, void *))(allocator, pointer);
}
// The allocator is the library's own and is never released.
static inline OrtStatus *OrtGetDefaultAllocator(OrtTable api, OrtAllocator **out) {
  return ORT_SLOT(78, OrtStatus *(*)(OrtAllocator **))(out);
}
static inline void OrtReleaseStatus(OrtTable api, OrtStatus *status) {
  ORT_SLOT(93, void (*)(OrtStatus *))(status);
}
static inline void OrtReleaseSession(OrtTable api, OrtSession *session) {
  ORT_SLOT(95, void (*)(OrtSession *))(session);
}
static inline void OrtReleaseValue(OrtTable api, OrtValue *value) {
  ORT_SLOT(96, void (*)(OrtValue *))(value);
}
static inline void OrtReleaseRunOptions(OrtTable api, OrtRunOptions *options) {
  ORT_SLOT(97, void (*)(OrtRunOptions *))(options);
}
static inline void OrtReleaseTypeInfo(OrtTable api, OrtTypeInfo *info) {
  ORT_SLOT(98, void (*)(OrtTypeInfo *))(info);
}
static inline void OrtReleaseShapeInfo(OrtTable api, OrtShapeInfo *info) {
  ORT_SLOT(99, void (*)(OrtShapeInfo *))(info);
}
static inline void OrtReleaseSessionOptions(OrtTable api, OrtSessionOptions *options) {
  ORT_SLOT(100, void (*)(OrtSessionOptions *))(options);
}
static inline OrtStatus *OrtDisablePerSessionThreads(OrtTable api, OrtSessionOptions *options) {
  return ORT_SLOT(120, OrtStatus *(*)(OrtSessionOptions *))(options);
}
static inline OrtStatus *OrtCreateThreadingOptions(OrtTable api, OrtThreadingOptions **out) {
  return ORT_SLOT(121, OrtStatus *(*)(OrtThreadingOptions **))(out);
}
static inline void OrtReleaseThreadingOptions(OrtTable api, OrtThreadingOptions *options) {
  ORT_SLOT(122, void (*)(OrtThreadingOptions *))(options);
}
// ONNX Runtime's own names; OrtReleaseAvailableProviders gives them back, and returns a status.
static inline OrtStatus *OrtGetAvailableProviders(OrtTable api, char ***out, int *count) {
  return ORT_SLOT(125, OrtStatus *(*)(char ***, int *))(out, count);
}
static inline OrtStatus *OrtReleaseAvailableProviders(OrtTable api, char **names, int count) {
  return ORT_SLOT(126, OrtStatus *(*)(char **, int))(names, count);
}
static inline OrtStatus *OrtAddSessionConfigEntry(OrtTable api, OrtSessionOptions *options,
                                                  const char *key, const char *value) {
  return ORT_SLOT(130, OrtStatus *(*)(OrtSessionOptions *, const char *, const char *))(
      options, key, value);
}
static inline OrtStatus *OrtSetGlobalIntraOpNumThreads(OrtTable api, OrtThreadingOptions *options,
                                                       int32_t count) {
  return ORT_SLOT(147, OrtStatus *(*)(OrtThreadingOptions *, int32_t))(options, count);
}
static inline OrtStatus *OrtSetGlobalInterOpNumThreads(OrtTable api, OrtThreadingOptions *options,
                                                       int32_t count) {
  return ORT_SLOT(148, OrtStatus *(*)(OrtThreadingOptions *, int32_t))(options, count);
}
static inline OrtStatus *OrtSetGlobalSpinControl(OrtTable api, OrtThreadingOptions *options,
                                                 int32_t allowsSpinning) {
  return ORT_SLOT(149, OrtStatus *(*)(OrtThreadingOptions *, int32_t))(options, allowsSpinning);
}
// The environment is one for the process: a second call returns the first one's and ignores its arguments.
static inline OrtStatus *OrtCreateEnv(OrtTable api, OrtLogger logger, void *parameter,
                                      int32_t severity, const char *logID,
                                      const OrtThreadingOptions *options, OrtEnv **out) {
  return ORT_SLOT(151, OrtStatus *(*)(OrtLogger, void *, int32_t, const char *,
                                      const OrtThreadingOptions *, OrtEnv **))(
      logger, parameter, severity, logID, options, out);
}
// Since 1.12, and for the providers that its registry knows by name; without options of theirs.
static inline OrtStatus *OrtAppendExecutionProvider(OrtTable api, OrtSessionOptions *options,
                                                    const char *name) {
  return ORT_SLOT(216, OrtStatus *(*)(OrtSessionOptions *, const char *, const char *const *,
                                      const char *const *, size_t))(options, name, NULL, NULL, 0);
}
// Since 1.15: a buffer of a given length for one string, which may hold zero bytes.
static inline OrtStatus *OrtGetResizedStringBuffer(OrtTable api, OrtValue *value, size_t index,
                                                   size_t length, char **out) {
  return ORT_SLOT(252, OrtStatus *(*)(OrtValue *, size_t, size_t, char **))(value, index, length,
                                                                            out);
}

// Since 1.24: false for a tensor of which the model does not say how many dimensions it has.
static inline _Bool OrtHasShape(OrtTable api, const OrtShapeInfo *info) {
  return ORT_SLOT(390, _Bool (*)(const OrtShapeInfo *))(info);
}
// Since 1.24: the shape is the value's own, and lives as long as it.
static inline OrtStatus *OrtGetElementTypeAndShape(OrtTable api, const OrtValue *value,
                                                   int32_t *elementType, const int64_t **shape,
                                                   size_t *rank) {
  return ORT_SLOT(414, OrtStatus *(*)(const OrtValue *, int32_t *, const int64_t **, size_t *))(
      value, elementType, shape, rank);
}

#undef ORT_SLOT

#endif
