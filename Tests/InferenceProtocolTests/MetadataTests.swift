import InferenceProtocol
import Testing

@Suite struct MetadataTests {
  @Test func `metadata has V2's keys, and -1 for a length that varies`() {
    let metadata = ModelMetadata(
      name: "electricity", versions: ["1", "2"], platform: "onnx_onnxv1",
      inputs: [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, 6])],
      outputs: [TensorMetadata(name: "label", datatype: .int64, shape: [-1])])
    let expected = #"""
      {"name":"electricity","versions":["1","2"],"platform":"onnx_onnxv1",\#
      "inputs":[{"name":"X","datatype":"FP32","shape":[-1,6]}],\#
      "outputs":[{"name":"label","datatype":"INT64","shape":[-1]}]}
      """#
    #expect(text(metadata.json()) == expected)
  }

  @Test func `small bodies are what V2 says`() {
    #expect(text(WireBody.error("no \"x\"\n\u{1b}")) == #"{"error":"no \"x\"\n\u001b"}"#)
    #expect(text(WireBody.live(true)) == #"{"live":true}"#)
    #expect(text(WireBody.ready(false)) == #"{"ready":false}"#)
    #expect(text(WireBody.modelReady("m", true)) == #"{"name":"m","ready":true}"#)
    #expect(
      text(ServerMetadata(name: "vigia", version: "0", extensions: ["binary_tensor_data"]).json())
        == #"{"name":"vigia","version":"0","extensions":["binary_tensor_data"]}"#)
    #expect(
      text(
        RepositoryIndexEntry.json([
          RepositoryIndexEntry(name: "m", version: "1", state: .unavailable, reason: "why")
        ])) == #"[{"name":"m","version":"1","state":"UNAVAILABLE","reason":"why"}]"#)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
