import Domain
import Foundation
import Inference
import OnnxRuntime
import Testing

/// What becomes of a child is told in words. The child is a shell here; the real one is tried in vigiaTests.
@Suite struct LoadCheckTests {
  private func verdict(
    _ script: String, seconds: Int = 30, memory: Int64 = 64 << 20, sha256: String = ""
  ) throws(InferenceError) -> LoadCheck.Verdict {
    let check = LoadCheck(
      executable: "/bin/sh", arguments: ["-c", script],
      limits: .init(memory: memory, seconds: seconds))
    return try check.verdict(on: Self.order(sha256: sha256))
  }

  private static func order(sha256: String = "") -> LoadCheckOrder {
    LoadCheckOrder(
      file: ModelFile(
        version: ModelVersion(model: "m", version: "1"), path: "/models/m/1/model.onnx",
        sha256: sha256, byteCount: 1 << 20), modelBytesMax: 1 << 30,
      libraryCandidates: [], session: SessionSettings(), refusesNaN: true, recent: [])
  }

  @Test(arguments: [
    ("kill -SEGV $$", "ONNX Runtime crashed with signal 11 (SIGSEGV) while loading it"),
    ("echo 'assert: x > 0' >&2; kill -ABRT $$", "signal 6 (SIGABRT) while loading it: assert: x"),
    ("kill -XCPU $$", "it computed for more than 30 s"),
    ("kill -KILL $$", "the system killed it with signal 9"),
    ("echo nonsense; exit 3", "it ended with status 3 and no answer"),
    ("exit 0", "it ended with status 0 and no answer"),
    ("echo \"what():  std::bad_alloc\" >&2; kill -ABRT $$", "it used more than 84 MB"),
    ("cat >/dev/null; echo '{\"outOfMemory\":{}}'", "it used more than 84 MB"),
  ])
  func `a child that does not come back is a refusal with the reason`(
    script: String, reason: String
  ) {
    do {
      _ = try verdict(script)
      Issue.record("it passed")
    } catch {
      #expect(error.description.hasPrefix("m@1: /models/m/1/model.onnx: it was tried in"))
      #expect(error.description.contains(reason), "\(error)")
      #expect(error.status == 500)
    }
  }

  @Test func `a child that hangs is ended when its time is over`() {
    do {
      _ = try verdict("exec sleep 1000", seconds: 1)
      Issue.record("it passed")
    } catch {
      #expect(error.description.contains("it took more than 1 s"))
    }
  }

  @Test func `a child that fills its output is read no further, and cannot fill memory`() {
    #expect(throws: InferenceError.self) { try verdict("yes | head -c 3000000") }
  }

  @Test func `what the child found is what is refused`() {
    let report = "{\"refused\":{\"_0\":{\"warmUp\":{\"reason\":\"no\"}}}}"
    let order = Self.order()
    #expect(
      throws: InferenceError.load(order.file.version, path: order.path, .warmUp(reason: "no"))
    ) { try verdict("cat >/dev/null; echo '\(report)'") }
  }

  @Test func `the child gets its limits, and its memory is what it says`() throws {
    let script = """
      read order
      case "$order" in *'"memoryLimit":88080384'*'"seconds":30'*|*'"seconds":30'*'"memoryLimit":88080384'*)
        echo '{"passed":{"memoryBytes":42}}';; esac
      """
    // The order has no line end, so `read` fails and has read it all the same.
    #expect(try verdict(script).memoryBytes == 42)
  }

  @Test func `a check that cannot be made is a warning, since it is not the model's fault`() throws
  {
    let check = LoadCheck(executable: "/nowhere/vigia")
    let verdict = try check.verdict(on: Self.order())
    #expect(verdict.memoryBytes == nil)
    #expect(verdict.warnings.first?.contains("/nowhere/vigia: No such file") == true)
  }

  @Test func `bytes that have passed are not tried twice`() throws {
    let folder = NSTemporaryDirectory() + "vigia-check-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = """
      cat >/dev/null; echo x >>\(folder)/runs; echo '{"passed":{"memoryBytes":7}}'
      """
    let check = LoadCheck(executable: "/bin/sh", arguments: ["-c", script])
    for _ in 0..<3 { #expect(try check.verdict(on: Self.order(sha256: "ab")).memoryBytes == 7) }
    #expect(try check.verdict(on: Self.order(sha256: "cd")).memoryBytes == 7)
    let runs = try String(contentsOfFile: "\(folder)/runs", encoding: .utf8)
    #expect(runs == "x\nx\n")
  }
}
