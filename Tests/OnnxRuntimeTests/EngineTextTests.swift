import Testing

@testable import OnnxRuntime

/// The texts are ONNX Runtime 1.27's own.
@Suite struct EngineTextTests {
  @Test(arguments: [
    (
      "Non-zero status code returned while running Add node. Name:'' Status Message: "
        + "/onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:560 void "
        + "onnxruntime::BroadcastIterator::Append(ptrdiff_t, ptrdiff_t) axis == 1 || axis == largest was false. "
        + "Attempting to broadcast an axis by a dimension other than 1. 2 by 3\n",
      "Non-zero status code returned while running Add node. Name:'' Status Message: axis == 1 || axis == largest was "
        + "false. Attempting to broadcast an axis by a dimension other than 1. 2 by 3"
    ),
    (
      "Load model failed:/src/core/graph/model.cc:180 onnxruntime::Model::Model(ModelProto&&, const Path&, const "
        + "logging::Logger&) const [with T = float; U = int] Unsupported model IR version: 99, max supported IR version: 10\n",
      "Load model failed: Unsupported model IR version: 99, max supported IR version: 10"
    ),
    ("indices element out of data bounds, idx=7", "indices element out of data bounds, idx=7"),
    ("a\nb\t c", "a b c"), ("", ""),
    ("/a/b.cc:1 Run failed: the tensor (x) is gone", "Run failed: the tensor (x) is gone"),
    ("see /a/b.cc:12", "see"), ("see /a/b.cc:12 no function", "see no function"),
    ("ratio 3:4 and model.cc:5", "ratio 3:4 and model.cc:5"),
  ])
  func `source files, functions and ends of lines are left out`(text: String, plain: String) {
    #expect(EngineText.plain(text) == plain)
  }

  @Test func `a long text is cut`() {
    #expect(EngineText.plain(String(repeating: "long ", count: 1_000)).count == 500)
  }
}
