package import Inference

/// Makes running versions of ONNX files: what `DataPlane` takes as its loader.
package struct OnnxLoader: Sendable {
  package var library: OnnxLibrary
  package var settings: ModelServerSettings
  /// Bytes of the largest model file that is read.
  package var modelBytesMax: Int64

  package init(
    library: OnnxLibrary, settings: ModelServerSettings = ModelServerSettings(),
    modelBytesMax: Int64 = 2_147_483_647
  ) {
    self.library = library
    self.settings = settings
    self.modelBytesMax = modelBytesMax
  }

  /// Reads, checks and hashes the file, makes a session of those very bytes, warms it up and measures it, on a thread
  /// of its own.
  package func load(_ file: ModelFile) async throws(InferenceError) -> any Engine {
    try await BlockingThread.run("model-load") { () throws(InferenceError) in
      try loadBlocking(file)
    }
  }

  private func loadBlocking(_ file: ModelFile) throws(InferenceError) -> any Engine {
    let bytes = try file.contents(limit: modelBytesMax)
    let session = try OnnxSession(file: file, bytes: bytes, api: library.api())
    return try ModelServer(
      file: file, signature: session.signature, settings: settings,
      run: { (inputs, outputs) throws(InferenceError) in
        try session.run(inputs, outputs: outputs)
      },
      release: { session.release() })
  }
}
