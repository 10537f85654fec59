package import Inference

/// Why a file is not scored, or not to its end.
package enum ScoreError: Error, Equatable, Sendable {
  /// What was asked does not go together, or does not fit the model.
  case usage(String)
  /// The files that stand there forbid it; what to do is in the text.
  case refused(String)
  /// A file could not be read or written.
  case file(path: String, reason: String)
  /// Not written to the end: the disk, or who read the output.
  case write(path: String, reason: String)
  /// The input cannot be taken apart from here on.
  case input(path: String, line: Int, reason: String)
  case model(InferenceError)

  package var exitCode: Int32 {
    switch self {
    case .usage, .refused: 2
    case .file, .write, .model: 3
    case .input: 1
    }
  }
}

extension ScoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .usage(let text), .refused(let text): text
    case .file(let path, let reason): "\(path): \(reason)"
    case .write(let path, let reason): "\(path): cannot be written: \(reason)"
    case .input(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .model(let error): error.description
    }
  }
}
