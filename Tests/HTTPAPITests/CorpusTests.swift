import Foundation
import Testing

/// What the fuzzer of heads has found or was started with (`scripts/fuzz head`), kept in every run of the tests.
@Suite struct CorpusTests {
  @Test(arguments: files)
  func `a head of the corpus means the same to both readers`(file: URL) throws {
    #expect(HeadProperty().fault(Array(try Data(contentsOf: file))) == nil)
  }

  @Test func `the property finds a reader that cuts lengths off`() throws {
    func head(_ length: Int) -> [UInt8] {
      Array("POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n".utf8)
    }
    #expect(HeadProperty.planted.fault(head(99)) == nil)
    #expect(HeadProperty.planted.fault(head(100)) != nil)
    #expect(HeadProperty().fault(head(100)) == nil)
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
