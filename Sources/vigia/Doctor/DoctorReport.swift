import Foundation

/// One thing that the doctor looked at.
package struct DoctorCheck: Sendable, Equatable, Encodable {
  package var name: String
  package var status: Status
  package var detail: String
  /// What to do; nil when it is ok.
  package var action: String?

  package enum Status: String, Sendable, Encodable {
    case ok, warn, fail
  }

  package init(_ name: String, _ status: Status, _ detail: String, action: String? = nil) {
    self.name = name
    self.status = status
    self.detail = detail
    self.action = action
  }
}

package struct DoctorReport: Sendable, Equatable, Encodable {
  package var checks: [DoctorCheck]

  package init(checks: [DoctorCheck]) { self.checks = checks }

  package var hasFailed: Bool { checks.contains { $0.status == .fail } }

  package var exitCode: Int32 { hasFailed ? 1 : 0 }

  /// One line a check, in columns: status, name, detail, and after `->` what to do.
  package func text() -> String {
    let width = checks.map(\.name.count).max() ?? 0
    let lines = checks.map { check in
      let status = check.status.rawValue.padding(toLength: 4, withPad: " ", startingAt: 0)
      let name = check.name.padding(toLength: width, withPad: " ", startingAt: 0)
      return "\(status)  \(name)  \(Self.line(check.detail))"
        + (check.action.map { "  -> " + Self.line($0) } ?? "")
    }
    return lines.joined(separator: "\n")
  }

  /// `{"checks":[{"name","status","detail","action"}]}`.
  package func json() -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings always encode.
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// On one line, with what could steer a terminal made visible.
  private static func line(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += scalar.escaped(asASCII: true)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
