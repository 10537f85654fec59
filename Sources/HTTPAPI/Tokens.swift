import Crypto
import Domain
import Foundation
import Glibc

/// Why a file with tokens was not used.
package enum TokenError: Error, Sendable, Equatable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  /// Others than the owner have rights on it.
  case exposed(path: String, mode: Int)
  case malformed(path: String, line: Int, reason: String)
  case notWritable(path: String, reason: String)

  package var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .exposed(let path, let mode):
      "\(path): others than its owner have rights on it (mode \(String(mode, radix: 8))): chmod 600 \(path)"
    case .malformed(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .notWritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

/// The file behind `auth: { tokens_file: ... }`: a line a token, `name sha256 role`. Empty lines and lines that
/// start with `#` are skipped.
package enum TokensFile {
  package static func read(_ path: String) throws(TokenError) -> [Authenticator.Token] {
    try parse(try readOwnersFile(path), path: path)
  }

  package static func parse(
    _ text: String, path: String
  ) throws(TokenError) -> [Authenticator.Token] {
    var tokens: [Authenticator.Token] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      func malformed(_ reason: String) -> TokenError {
        .malformed(path: path, line: index + 1, reason: reason)
      }
      guard words.count == 3 else {
        throw malformed("expected \"name sha256 role\", found \(words.count) words")
      }
      guard let digest = bytes(ofHexadecimal: words[1]), digest.count == 32 else {
        throw malformed("expected the SHA-256 of the token as 64 hexadecimal digits")
      }
      guard let role = Principal.Role(rawValue: String(words[2])) else {
        let roles = Principal.Role.allCases.map(\.rawValue).joined(separator: ", ")
        throw malformed("\"\(LogText.escaped(String(words[2])))\" is no role: \(roles)")
      }
      let name = ClientName.bounded(String(words[0]))
      guard !tokens.contains(where: { $0.name == name }) else {
        throw malformed("there is a token \"\(name)\" already")
      }
      tokens.append(Authenticator.Token(name: name, digest: digest, role: role))
    }
    guard !tokens.isEmpty else {
      throw .malformed(path: path, line: 1, reason: "no token is listed")
    }
    return tokens
  }

  private static func bytes(ofHexadecimal text: Substring) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

/// `data_dir/token`: the secret by which a console or a command on this machine may act over HTTP when no `auth` is
/// configured.
package enum LocalToken {
  /// Reads it, and draws it first where there is none: 256 random bits in hexadecimal, in a file of mode 0600.
  package static func loadOrCreate(_ path: String) throws(TokenError) -> String {
    if let existing = try load(path) { return existing }
    var random = SystemRandomNumberGenerator()
    let secret = (0..<32).map { _ in
      let byte = UInt8.random(in: .min ... .max, using: &random)
      return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
    // The path is a C string for the length of the call; O_EXCL refuses a link that somebody put there.
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .notWritable(path: path, reason: reasonOfErrno())
    }
    do {
      try FileHandle(fileDescriptor: file, closeOnDealloc: true)
        .write(contentsOf: Data((secret + "\n").utf8))
    } catch {
      throw .notWritable(path: path, reason: "\(error)")
    }
    return secret
  }

  /// - Returns: nil where there is no such file.
  package static func load(_ path: String) throws(TokenError) -> String? {
    guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { return nil }
    let secret = try readOwnersFile(path).trimmingCharacters(in: .whitespacesAndNewlines)
    guard secret.utf8.count >= 32 else {
      throw .malformed(
        path: path, line: 1, reason: "the token is too short: delete the file, and start again")
    }
    return secret
  }
}

/// The text of a file that only its owner has rights on.
private func readOwnersFile(_ path: String) throws(TokenError) -> String {
  let attributes: [FileAttributeKey: Any]
  do {
    attributes = try FileManager.default.attributesOfItem(atPath: path)
  } catch {
    throw .unreadable(path: path, reason: "there is no such file, or no right to see it")
  }
  guard attributes[.type] as? FileAttributeType == .typeRegular else {
    throw .unreadable(path: path, reason: "it is not a regular file")
  }
  let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
  guard mode & 0o077 == 0 else { throw .exposed(path: path, mode: mode) }
  do {
    return try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    throw .unreadable(path: path, reason: "no right to read it, or not text")
  }
}

/// What the last failed call of the C library said.
func reasonOfErrno() -> String {
  let number = errno
  // strerror's text is static or thread-local in glibc, and is copied at once.
  return unsafe String(cString: strerror(number))
}
