import Foundation
import InferenceProtocol
import Testing

/// What the fuzzers have found or were started with (`scripts/fuzz`), kept in every run of the tests.
@Suite struct CorpusTests {
  @Test(arguments: files("infer-json"))
  func `a JSON body of the corpus keeps the promises`(file: URL) throws {
    #expect(InferProperty.fault(json: Array(try Data(contentsOf: file))) == nil)
  }

  @Test(arguments: files("infer-binary"))
  func `a binary body of the corpus keeps the promises`(file: URL) throws {
    #expect(InferProperty.fault(binary: Array(try Data(contentsOf: file))) == nil)
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
