package import Inference
package import InferenceProtocol

/// One version that is run by whoever opened it, on threads of their own: no queue, no lanes, no figures.
package final class OnnxModel: Sendable {
  package let file: ModelFile
  /// What a person should know of it although it runs: a line each.
  package let warnings: [String]
  private let session: OnnxSession

  init(file: ModelFile, warnings: [String], session: OnnxSession) {
    self.file = file
    self.warnings = warnings
    self.session = session
  }

  package var signature: ModelSignature { session.signature }

  /// Computes all outputs, in the signature's order. Blocks; may be called concurrently.
  ///
  /// - Parameter inputs: as the signature wants them.
  package func run(_ inputs: [Tensor]) throws(InferenceError) -> [Tensor] {
    try session.run(inputs, outputs: signature.outputs.map(\.name))
  }

  /// Gives its memory back. Nothing may be run afterwards.
  package func close() { session.release() }
}

extension OnnxLoader {
  /// Has the file tried in a child, as a server does, then loads it for the caller's own runs. Blocks.
  package func open(_ file: ModelFile) throws(InferenceError) -> OnnxModel {
    let verdict = try check?.verdict(on: order(for: file, []))
    let (session, warmUp) = try trySession(file, file.contents(limit: modelBytesMax), [], verdict)
    return OnnxModel(file: file, warnings: warmUp.warnings, session: session)
  }
}
