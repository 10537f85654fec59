package import Domain
import Foundation
import Synchronization

/// The file of `--record`: model, row, version and prediction of each answer, in the order in which they came.
package final class PredictionFile: Sendable {
  private static let bufferSize = 64 << 10

  private struct State {
    var buffer: [UInt8] = Array("model,row,version,prediction\n".utf8)
    var failure: String?
  }

  private let path: String
  private let handle: FileHandle
  private let state = Mutex(State())

  /// Creates the file, or empties it.
  package init(path: String) throws(DemoError) {
    do {
      try Data().write(to: URL(filePath: path))
      handle = try FileHandle(forWritingTo: URL(filePath: path))
    } catch {
      throw .cannotRecord(path: path, reason: "cannot be written; does its folder exist?")
    }
    self.path = path
  }

  func append(model: String, row: Int, version: String, prediction: PredictedValue?) {
    let line = Self.line(model: model, row: row, version: version, prediction: prediction)
    state.withLock { state in
      state.buffer.append(contentsOf: line.utf8)
      if state.buffer.count >= Self.bufferSize { flush(&state) }
    }
  }

  /// Writes what is buffered.
  ///
  /// - Throws: also when an earlier write failed: the file is not whole then.
  package func finish() throws(DemoError) {
    let failure = state.withLock { state in
      flush(&state)
      return state.failure
    }
    try? handle.close()
    if let failure { throw .cannotRecord(path: path, reason: failure) }
  }

  /// Writes what is buffered: once a second, so that a demo that is killed loses no more.
  func flush() { state.withLock { flush(&$0) } }

  private func flush(_ state: inout State) {
    do {
      if state.failure == nil { try handle.write(contentsOf: state.buffer) }
    } catch {
      state.failure = "a write failed; is the disk full?"
    }
    state.buffer.removeAll(keepingCapacity: true)
  }

  package static func line(
    model: String, row: Int, version: String, prediction: PredictedValue?
  ) -> String {
    let value =
      switch prediction {
      case .integer(let value): "\(value)"
      case .number(let value): "\(value)"
      case .text(let value): field(value)
      case nil: ""
      }
    return "\(field(model)),\(row),\(field(version)),\(value)\n"
  }

  private static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
