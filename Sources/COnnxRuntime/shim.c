#include "COnnxRuntime.h"

// struct OrtApiBase { const OrtApi *(*GetApi)(uint32_t); const char *(*GetVersionString)(void); }
struct ApiBase {
  OrtTable (*getApi)(uint32_t version);
  const char *(*getVersion)(void);
};

static const struct ApiBase *base(void *getApiBase) {
  return ((const struct ApiBase *(*)(void))getApiBase)();
}

OrtTable ortTable(void *getApiBase, uint32_t version) { return base(getApiBase)->getApi(version); }

const char *ortVersion(void *getApiBase) { return base(getApiBase)->getVersion(); }

OrtStatus *ortAppendProvider(void *function, OrtSessionOptions *options, int device) {
  return ((OrtStatus * (*)(OrtSessionOptions *, int)) function)(options, device);
}
