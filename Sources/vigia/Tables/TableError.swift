/// Why a file is not taken for the table that a command wants.
enum TableError: Error, Equatable, Sendable {
  /// What was asked does not go together.
  case usage(String)
  /// The file does not hold what was asked for. `column` from 1, with its name.
  case input(path: String, line: Int, column: Column?, reason: String)
  /// It could not be read.
  case file(path: String, reason: String)

  struct Column: Equatable, Sendable {
    var number: Int
    var name: String
  }

  var exitCode: Int32 {
    switch self {
    case .usage, .input: 2
    case .file: 3
    }
  }

  init(_ error: ScoreError) {
    switch error {
    case .file(let path, let reason), .write(let path, let reason):
      self = .file(path: path, reason: reason)
    case .input(let path, let line, let reason):
      self = .input(path: path, line: line, column: nil, reason: reason)
    case .usage, .refused, .model: self = .usage(error.description)
    }
  }
}

extension TableError: CustomStringConvertible {
  var description: String {
    switch self {
    case .usage(let text): text
    case .input(let path, let line, nil, let reason): "\(path):\(line): \(reason)"
    case .input(let path, let line, let column?, let reason):
      "\(path):\(line): column \(column.number) \(ConfigurationProblem.quoted(column.name)): \(reason)"
    case .file(let path, let reason): "\(path): \(reason)"
    }
  }
}
