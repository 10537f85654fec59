/// Something wrong in the configuration, with the place a person must go to.
package struct ConfigurationDiagnostic: Error, Sendable, Equatable {
  package var place: ConfigurationPlace
  package var problem: ConfigurationProblem

  init(_ place: ConfigurationPlace, _ problem: ConfigurationProblem) {
    self.place = place
    self.problem = problem
  }

  /// Line and column, where the place has them: the order in which a person corrects a file.
  var position: (line: Int, column: Int)? {
    guard case .position(_, let line, let column) = place else { return nil }
    return (line, column)
  }

  /// A warning leaves the configuration usable.
  package var isError: Bool {
    if case .unknownVariable = problem { return false }
    return true
  }
}

package enum ConfigurationPlace: Sendable, Equatable {
  case file(path: String)
  /// Both from 1; columns count Unicode scalars.
  case position(path: String, line: Int, column: Int)
  case variable(String)
  case flag(String)
  case standard
}

/// What can be wrong. Cases carry data; `ConfigurationDiagnostic.description` alone makes text of them.
package enum ConfigurationProblem: Sendable, Equatable {
  case missingFile
  case unreadableFile(reason: String)
  case notUTF8
  case emptyFile
  case notYAML(reason: String)
  /// The file has more than the limit of nodes, aliases written out.
  case tooLarge(limit: Int)
  case notAMapping(found: String)
  case unknownKey(String, suggestion: String?)
  case duplicateKey(String, firstLine: Int?)
  case missingKey(String, in: String)
  case flagOnly(Setting)
  case wrongType(key: String, expected: String, found: String)
  case outOfRange(key: String, expected: String, found: String)
  case badForm(key: String, expected: String, found: String)
  /// Of the right form, and refused all the same.
  case unusable(key: String, found: String, reason: String)
  /// A version that has two parts to play for one model.
  case sameVersion(key: String, version: String)
  case needsInsecure(listen: String)
  case socketOutside(String)
  case socketTooLong(path: String, bytes: Int, limit: Int)
  case unknownVariable(String, suggestion: String?)
}

extension ConfigurationDiagnostic: CustomStringConvertible {
  /// One line: where, what was expected, what was found, what to do.
  package var description: String { "\(place): \(problem)" }
}

extension ConfigurationPlace: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let path): path
    case .position(let path, let line, let column): "\(path):\(line):\(column)"
    case .variable(let name): "environment \(name)"
    case .flag(let name): name
    case .standard: "default"
    }
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missingFile: "no such file; name another with --config"
    case .unreadableFile(let reason): "cannot be read: \(reason)"
    case .notUTF8: "expected UTF-8 text, found other bytes"
    case .emptyFile: "the file is empty; write at least `model_repository: models`"
    case .notYAML(let reason): "not YAML: \(reason)"
    case .tooLarge(let limit): "more than \(limit) values, aliases written out"
    case .notAMapping(let found): "expected settings as `key: value`, found \(found)"
    case .unknownKey(let key, let suggestion):
      "unknown key \(Self.quoted(key))" + Self.hint(suggestion)
    case .duplicateKey(let key, let line):
      "key \(Self.quoted(key)) is given twice"
        + (line.map { "; the first is in line \($0)" } ?? "; keep one of them")
    case .missingKey(let key, let owner):
      "\(owner) needs \(Self.quoted(key)), which is missing"
    case .flagOnly(let setting):
      "\(setting.rawValue) cannot be set in a file; use \(setting.flag) or \(setting.variable)=true"
    case .wrongType(let key, let expected, let found),
      .outOfRange(let key, let expected, let found),
      .badForm(let key, let expected, let found):
      "\(key): expected \(expected), found \(found)"
    case .unusable(let key, let found, let reason): "\(key): \(found) is not taken: \(reason)"
    case .sameVersion(let key, let version):
      "\(key): version \(Self.quoted(version)) is the champion already; name another"
    case .needsInsecure(let listen):
      "listen: \(listen) can be reached from other machines; give tls, or --insecure to accept that"
    case .socketOutside(let path):
      "socket: expected a path inside data_dir or an absolute one, found \(Self.quoted(path))"
    case .socketTooLong(let path, let bytes, let limit):
      "socket: \(path) has \(bytes) bytes, and a Unix socket's path at most \(limit); "
        + "shorten data_dir or give an absolute socket"
    case .unknownVariable(let name, let suggestion):
      "no setting is named \(Self.quoted(name))" + Self.hint(suggestion)
    }
  }

  private static func hint(_ suggestion: String?) -> String {
    suggestion.map { "; did you mean \(quoted($0))?" } ?? ""
  }

  /// Between double quotes, at most 60 characters, with control and bidi characters made visible.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(60) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += scalar.escaped(asASCII: true)
      default: result += scalar == "\"" ? "\\\"" : String(scalar)
      }
    }
    return result + (text.unicodeScalars.count > 60 ? "...\"" : "\"")
  }
}
