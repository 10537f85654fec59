import Foundation
import Testing

/// What the fuzzer of model files has found or was started with (`scripts/fuzz model`), kept in every run of the tests.
@Suite struct CorpusTests {
  @Test(arguments: files)
  func `a model of the corpus is read to some end`(file: URL) throws {
    #expect(ModelProperty().fault(Array(try Data(contentsOf: file))) == nil)
  }

  @Test func `the property finds a model that grows`() throws {
    let path = "\(Fixtures.root)/Tests/Fixtures/models/zipmap"
    let models = try FileManager.default.subpathsOfDirectory(atPath: path)
      .filter { $0.hasSuffix(".onnx") }
    let faults = try models.compactMap { name in
      ModelProperty.planted.fault(Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))))
    }
    #expect(!faults.isEmpty && faults.allSatisfy { $0.contains("bytes became") })
  }

  @Test func `there is a corpus`() { #expect(Self.files.count > 20) }

  private static let files: [URL] = {
    let folder = URL(filePath: "\(Fixtures.root)/Fuzz/Corpora/model")
    let found = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (found ?? []).sorted { $0.path() < $1.path() }
  }()
}
