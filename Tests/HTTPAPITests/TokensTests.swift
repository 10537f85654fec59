import Domain
import Foundation
import HTTPAPI
import Testing

@Suite struct TokensTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ text: String, mode: Int = 0o600) throws -> String {
    let path = "\(folder.path)/tokens"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  static let digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

  @Test func `a line is a name, the SHA-256 of its token, and a role`() throws {
    let path = try write("# people\n\nana \(Self.digest) operate\n  ci\t\(Self.digest)  read\n")
    let tokens = try TokensFile.read(path)
    #expect(tokens.map(\.name) == ["ana", "ci"])
    #expect(tokens.map(\.role) == [.operate, .read])
    #expect(tokens[0] == Authenticator.Token(name: "ana", secret: "foo", role: .operate))
  }

  @Test(arguments: [
    ("ana \(digest)\n", 1), ("\n\nana zz operate\n", 3), ("ana \(digest) king\n", 1),
    ("ana \(digest) read\nana \(digest) read\n", 2), ("# nobody\n", 1),
    ("ana \(digest.dropLast(2)) read\n", 1),
  ])
  func `a mistake is named by its line`(text: String, line: Int) throws {
    let path = try write(text)
    let error = #expect(throws: TokenError.self) { try TokensFile.read(path) }
    guard case .malformed(_, line, _)? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test(arguments: [0o644, 0o640, 0o602])
  func `a file that others have rights on is not used`(mode: Int) throws {
    let path = try write("ana \(Self.digest) read\n", mode: mode)
    #expect(throws: TokenError.exposed(path: path, mode: mode)) { try TokensFile.read(path) }
  }

  @Test func `the local token is drawn once, and only its owner may read it`() throws {
    let path = "\(folder.path)/token"
    #expect(try LocalToken.load(path) == nil)
    let drawn = try LocalToken.loadOrCreate(path)
    #expect(drawn.count == 64)
    #expect(drawn.allSatisfy { $0.isHexDigit })
    #expect(try LocalToken.loadOrCreate(path) == drawn)
    #expect(try LocalToken.load(path) == drawn)
    let mode =
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
    #expect(mode?.intValue == 0o600)
    let other = "\(folder.path)/other"
    #expect(try LocalToken.loadOrCreate(other) != drawn)
  }

  @Test func `a link in the token's place is not followed`() throws {
    let path = "\(folder.path)/token"
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: "\(folder.path)/elsewhere")
    #expect(throws: TokenError.self) { try LocalToken.loadOrCreate(path) }
  }
}
