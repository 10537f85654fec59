import Domain
package import Inference
package import InferenceProtocol
import Waiting

/// Makes running versions of ONNX files: what `DataPlane` takes as its loader.
package struct OnnxLoader: Sendable {
  package var library: OnnxLibrary
  /// How the model of this name is queued and run.
  package var settings: @Sendable (_ model: String) -> ModelServerSettings
  /// Bytes of the largest model file that is read.
  package var modelBytesMax: Int64
  /// How ONNX Runtime runs the model of this name.
  package var session: @Sendable (_ model: String) -> SessionSettings
  /// Tries a file in a process of its own before it comes into this one; nil: it is not tried.
  package var check: LoadCheck?
  /// Whether a version that gives NaN each time is refused, or warned of.
  package var refusesNaN: Bool

  package init(
    library: OnnxLibrary, modelBytesMax: Int64 = 2_147_483_647, check: LoadCheck? = nil,
    refusesNaN: Bool = true,
    settings: @escaping @Sendable (_ model: String) -> ModelServerSettings = { _ in
      ModelServerSettings()
    },
    session: @escaping @Sendable (_ model: String) -> SessionSettings = { _ in SessionSettings() }
  ) {
    self.library = library
    self.settings = settings
    self.modelBytesMax = modelBytesMax
    self.session = session
    self.check = check
    self.refusesNaN = refusesNaN
  }

  /// Has the file tried in a child, then reads, checks and hashes it, makes a session of those very bytes, warms it
  /// up and measures it, on threads of its own.
  ///
  /// - Parameter recent: requests of the model's traffic to warm up with.
  package func load(
    _ file: ModelFile, recent: [InferRequest] = []
  ) async throws(InferenceError) -> any Engine {
    // What the library makes for the whole process is not to be made at a lower priority.
    if library.version == nil {
      _ = try await BlockingThread.run("model-load") { () throws(InferenceError) in
        try library.open()
      }
    }
    // The child inherits the priority, too.
    let (verdict, bytes) = try await BlockingThread.runInBackground("model-file") {
      () throws(InferenceError) in
      (try check?.verdict(on: order(for: file, recent)), try file.contents(limit: modelBytesMax))
    }
    let load = { @Sendable () throws(InferenceError) -> any Engine in
      try server(file, bytes, recent, verdict)
    }
    let engine =
      isCallersWork(file)
      ? try await BlockingThread.runInBackground("model-load", load)
      : try await BlockingThread.run("model-load", load)
    HeapTrim.shared.freed(Int64(bytes.count) * 2)
    return engine
  }

  private func isCallersWork(_ file: ModelFile) -> Bool {
    session(file.version.model).isCallersWork
  }

  /// Has a file tried in a child, and loads nothing here. Blocks.
  ///
  /// - Returns: why it could not be tried: a line each; empty when it passed.
  /// - Throws: `load` with what is wrong with it.
  package func tryOut(_ file: ModelFile) throws(InferenceError) -> [String] {
    let verdict = try (check ?? LoadCheck()).verdict(on: order(for: file, []))
    return verdict.memoryBytes == nil ? verdict.warnings : []
  }

  private func server(
    _ file: ModelFile, _ bytes: [UInt8], _ recent: [InferRequest], _ verdict: LoadCheck.Verdict?
  ) throws(InferenceError) -> any Engine {
    let (session, warmUp) = try trySession(file, bytes, recent, verdict)
    return try ModelServer(
      file: file, signature: session.signature, settings: settings(file.version.model),
      // What others do meanwhile says nothing of a row's cost.
      measuring: isCallersWork(file) ? .computing : nil, warmUp: warmUp,
      run: { (inputs, outputs, stop) throws(InferenceError) in
        try session.run(inputs, outputs: outputs, stop: stop)
      },
      release: { session.release() },
      released: { HeapTrim.shared.freed(warmUp.memoryBytes ?? 0) })
  }

  /// A session that has answered, and what its trial runs showed.
  func trySession(
    _ file: ModelFile, _ bytes: [UInt8], _ recent: [InferRequest],
    _ verdict: LoadCheck.Verdict? = nil
  ) throws(InferenceError) -> (OnnxSession, WarmUp) {
    let session = try OnnxSession(
      file: file, bytes: bytes, api: library.api(), settings: self.session(file.version.model))
    do throws(InferenceError) {
      var warmUp = try TrialRuns(
        file: file, signature: session.signature, recent: recent, refusesNaN: refusesNaN,
        run: { (inputs, outputs, stop) throws(InferenceError) in
          try session.run(inputs, outputs: outputs, stop: stop)
        }
      ).result()
      warmUp.warnings = session.warnings + (verdict?.warnings ?? []) + warmUp.warnings
      // Without a measurement: the weights in ONNX Runtime's memory, once more for what it makes of them.
      warmUp.memoryBytes = verdict?.memoryBytes ?? Int64(bytes.count) * 2
      return (session, warmUp)
    } catch {
      session.release()
      throw error
    }
  }

  func order(for file: ModelFile, _ recent: [InferRequest]) -> LoadCheckOrder {
    LoadCheckOrder(
      file: file, modelBytesMax: modelBytesMax, libraryCandidates: library.candidates,
      session: session(file.version.model), refusesNaN: refusesNaN, recent: recent)
  }
}
