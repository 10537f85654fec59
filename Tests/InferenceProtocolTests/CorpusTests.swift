import Foundation
import InferenceProtocol
import Testing

/// What the fuzzers have found or were started with (`scripts/fuzz`), kept in every run of the tests.
@Suite struct CorpusTests {
  @Test(arguments: files("infer-json"))
  func `a JSON body of the corpus keeps the promises`(file: URL) throws {
    #expect(InferProperty().fault(json: Array(try Data(contentsOf: file))) == nil)
  }

  @Test(arguments: files("infer-binary"))
  func `a binary body of the corpus keeps the promises`(file: URL) throws {
    #expect(InferProperty().fault(binary: Array(try Data(contentsOf: file))) == nil)
  }

  @Test func `the property finds a reader that mistakes elements`() {
    let body = Array(
      #"{"inputs":[{"name":"x","shape":[8],"datatype":"UINT8","data":[1,2,3,4,5,6,7,8]}]}"#.utf8)
    #expect(InferProperty().fault(json: body) == nil)
    #expect(InferProperty.plantedInJSON.fault(json: body)?.contains("is printed") == true)
  }

  @Test func `the property finds a reader that mistakes tensors`() {
    let inputs = ["a", "b"].map { name in
      #"{"name":"\#(name)","shape":[1],"datatype":"UINT8","parameters":{"binary_data_size":1}}"#
    }
    let json = Array(#"{"inputs":[\#(inputs.joined(separator: ","))]}"#.utf8)
    let body = [UInt8(json.count & 255), UInt8(json.count >> 8)] + json + [1, 2]
    #expect(InferProperty().fault(binary: body) == nil)
    #expect(InferProperty.plantedInBinary.fault(binary: body)?.contains("binary form") == true)
  }

  @Test func `there is a corpus`() {
    #expect(Self.files("infer-json").count > 20)
    #expect(Self.files("infer-binary").count > 10)
  }

  private static func files(_ corpus: String) -> [URL] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appending(path: "Fuzz/Corpora/\(corpus)")
    let found = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (found ?? []).sorted { $0.path() < $1.path() }
  }
}
