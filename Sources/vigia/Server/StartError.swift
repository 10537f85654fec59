/// Why a server could not start. Nothing is left half started.
enum StartError: Error, Equatable {
  case configuration([String])
  case dataDirectory(path: String, reason: String)
  case alreadyRunning(directory: String, pid: Int32?)
  case listen(String)
  case store(String)
  case tokens(String)
  case repository(String)
  case examples(String)
  case unsupported(String)

  /// Of the process: 2 for what the user wrote, 3 for what the machine refused.
  var exitCode: Int32 {
    switch self {
    case .configuration, .unsupported: 2
    case .dataDirectory, .alreadyRunning, .listen, .store, .tokens, .repository, .examples: 3
    }
  }
}

extension StartError: CustomStringConvertible {
  var description: String {
    switch self {
    case .configuration(let lines): lines.joined(separator: "\n")
    case .dataDirectory(let path, let reason):
      "data folder \(path): \(reason); name another with --data-dir or make it writable"
    case .alreadyRunning(let directory, let pid):
      "data folder \(directory) is in use by a running vigia\(pid.map { " (pid \($0))" } ?? ""): "
        + "attach to it with `vigia console --attach unix:\(directory)/vigia.sock`, "
        + "or name another with --data-dir"
    case .listen(let text), .store(let text), .tokens(let text), .repository(let text),
      .examples(let text), .unsupported(let text):
      text
    }
  }
}
