import COnnxRuntime
import Foundation
import Glibc
package import Inference
import Synchronization

/// ONNX Runtime's shared library. It is opened by the first model that needs it, so a process without a model does not
/// carry its 22 MB, and a missing one is looked for again at the next load.
package final class OnnxLibrary: Sendable {
  /// Severity is ONNX Runtime's: 0 verbose, 1 info, 2 warning, 3 error, 4 fatal. Called from any thread.
  package typealias Log = @Sendable (_ severity: Int, _ message: String) -> Void

  /// Where it is looked for, in order: see `OnnxLibrary.candidates`.
  package let candidates: [String]
  private let log: Log
  private let opened = Mutex<OnnxRuntimeAPI?>(nil)

  /// - Parameter log: gets what the library would write to stderr; that of the process' first library gets all.
  package init(candidates: [String], log: @escaping Log = { _, _ in }) {
    self.candidates = candidates
    self.log = log
  }

  /// Opens the library unless it is open. Blocks for about 25 ms the first time.
  ///
  /// - Returns: its version, "1.32.0".
  /// - Throws: `engineUnavailable`, with where it was looked for and how to get it.
  package func open() throws(InferenceError) -> String { try api().version }

  /// The version, once it is open.
  package var version: String? { opened.withLock { $0?.version } }

  /// Keeps the threads of this process to as many heaps as there are cores, two at least. Before any thread is started: glibc
  /// decides once.
  ///
  /// A session leaves what it frees in the heap of each thread that loaded or ran it: with eight heaps a core, three times what
  /// the models take stayed after some loads and unloads.
  package static func limitHeaps() {
    limitHeapArenas(Int32(clamping: max(2, ProcessInfo.processInfo.activeProcessorCount)))
  }

  func api() throws(InferenceError) -> OnnxRuntimeAPI {
    try opened.withLock { stored throws(InferenceError) in
      if let stored { return stored }
      let api = try OnnxRuntimeAPI(candidates: candidates, log: log)
      stored = api
      return api
    }
  }
}

extension OnnxLibrary {
  package static let fileName = "libonnxruntime.so"

  /// Where to look for the library: the configured path alone; else `VIGIA_ONNXRUNTIME` alone; else the executable's
  /// folder, `../lib/vigia` from it, and `.runtime` in that folder and each one above it.
  ///
  /// - Parameter executable: its absolute path.
  package static func candidates(
    configured: String?, environment: [String: String], executable: String
  ) -> [String] {
    if let configured, !configured.isEmpty { return [configured] }
    if let named = environment["VIGIA_ONNXRUNTIME"], !named.isEmpty { return [named] }
    let folders = executable.split(separator: "/").dropLast()
    func path(_ folders: some Collection<Substring>, _ rest: String) -> String {
      folders.map { "/\($0)" }.joined() + "/\(rest)"
    }
    var found = [path(folders, fileName)]
    found.append(path(folders.dropLast(), "lib/vigia/\(fileName)"))
    for depth in stride(from: folders.count, through: 0, by: -1) {
      found.append(path(folders.prefix(depth), ".runtime/\(fileName)"))
    }
    return found
  }
}
