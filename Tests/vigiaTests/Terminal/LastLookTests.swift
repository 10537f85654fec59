import Domain
import Foundation
import Testing

@testable import vigia

struct LastLookTests {
  private static let noon = Timestamp(microseconds: 1_767_268_800_123_456)

  @Test func `a look is kept for each server, and read by nobody else`() throws {
    let folder = NSTemporaryDirectory() + "vigia-look-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let environment = ["XDG_STATE_HOME": folder, "HOME": "/nowhere"]
    let look = LastLook(endpoint: "unix:/run/vigia.sock", environment: environment)
    #expect(look.read() == nil)
    look.note(Self.noon.adding(seconds: -60))
    look.note(Self.noon)
    #expect(look.read() == Self.noon)
    #expect(LastLook(endpoint: "unix:/run/other.sock", environment: environment).read() == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/vigia")
    #expect(names.count == 1)
    let path = "\(folder)/vigia/\(names.first ?? "")"
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o600)
    for broken in ["", "yesterday\n", "-5\n", String(repeating: "9", count: 400)] {
      try Data(broken.utf8).write(to: URL(filePath: path))
      #expect(look.read() == nil)
    }
  }

  @Test func `without a home nothing is kept, and nothing fails`() {
    for environment in [[:], ["HOME": ""], ["XDG_STATE_HOME": "state"]] {
      let look = LastLook(endpoint: "x", environment: environment)
      look.note(Self.noon)
      #expect(look.read() == nil)
    }
  }
}
