import Foundation
import Testing

/// What the fuzzer of heads has found or was started with (`scripts/fuzz head`), kept in every run of the tests.
@Suite struct CorpusTests {
  @Test(arguments: files)
  func `a head of the corpus means the same to both readers`(file: URL) throws {
    #expect(HeadProperty.fault(Array(try Data(contentsOf: file))) == nil)
  }

  @Test func `there is a corpus`() { #expect(Self.files.count > 20) }

  private static let files: [URL] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let found = try? FileManager.default.contentsOfDirectory(
      at: root.appending(path: "Fuzz/Corpora/head"), includingPropertiesForKeys: nil)
    return (found ?? []).sorted { $0.path() < $1.path() }
  }()
}
