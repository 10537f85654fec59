import Domain
import Foundation
import Inference
import Testing

@Suite final class ModelRepositoryTests {
  let root = NSTemporaryDirectory() + "vigia-repository-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: root) }

  @Test func `models and versions are found, hashed and put in order`() throws {
    for path in ["b/2", "b/10", "b/1", "a/1"] { try put("\(path)/model.onnx", "abc") }
    try put("README.md", "not a model")
    let listing = ModelRepository(root: root).scan()
    #expect(listing.diagnostics.isEmpty)
    #expect(listing.models.map(\.name) == ["a", "b"])
    #expect(listing.models[1].versions.map(\.version.version) == ["1", "2", "10"])
    let file = try #require(listing.models.first?.versions.first)
    #expect(file.byteCount == 3)
    #expect(
      file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `one version is looked up without hashing the others`() throws {
    for path in ["b/2", "b/10", "b/01", "a/1"] { try put("\(path)/model.onnx", "abc") }
    try put("b/3/notes.txt", "no model")
    let repository = ModelRepository(root: root)
    #expect(repository.modelNames == ["a", "b"])
    #expect(repository.versionNames(of: "b") == ["2", "10"])
    #expect(repository.versionNames(of: "c").isEmpty)
    let version = ModelVersion(model: "b", version: "10")
    let scanned = repository.scan().models[1].versions[1]
    #expect(repository.file(version) == scanned)
    #expect(repository.file(ModelVersion(model: "b", version: "3")) == nil)
  }

  @Test func `what cannot be served is said, and the rest is served`() throws {
    try put("good/1/model.onnx", "abc")
    try put("good/01/model.onnx", "abc")
    try put("good/latest/model.onnx", "abc")
    try put("good/3/notes.txt", "abc")
    try put("bad name/1/model.onnx", "abc")
    try put("hollow/notes.txt", "abc")
    try put(".git/config", "abc")
    let listing = ModelRepository(root: root).scan()
    #expect(listing.models.map(\.name) == ["good"])
    #expect(listing.models[0].versions.map(\.version.version) == ["1"])
    #expect(
      listing.diagnostics.map { String($0.description.dropFirst(root.count)) } == [
        "/bad name: ignored: a model's name is 1 to 64 of A-Z a-z 0-9 . _ - and starts with no dot",
        "/good/01: ignored: a version is a whole number without a leading 0",
        "/good/3: a version folder without model.onnx",
        "/good/latest: ignored: a version is a whole number without a leading 0",
        "/hollow: a model folder without a version; expected 1/model.onnx",
      ])
  }

  @Test func `an empty repository and a missing one are said in a line`() throws {
    #expect(
      ModelRepository(root: root).scan().diagnostics.map(\.description)
        == ["\(root): expected the model repository, found no such folder"])
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    #expect(
      ModelRepository(root: root).scan().diagnostics.map(\.description)
        == ["\(root): the repository is empty; expected <model>/<version>/model.onnx"])
  }

  private func put(_ path: String, _ text: String) throws {
    let url = URL(fileURLWithPath: "\(root)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
}
