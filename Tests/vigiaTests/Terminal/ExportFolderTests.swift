import Console
import Foundation
import Testing
import vigia

struct ExportFolderTests {
  private static let export = ScreenExport(
    name: "overview-20261122-140231",
    files: [.init(ending: "txt", text: "a\n"), .init(ending: "csv", text: "b\r\n")])

  @Test func `what is kept is for its owner alone, and never overwrites`() throws {
    let folder = try TemporaryFolder()
    let exports = ExportFolder(path: folder.path + "/exports")
    let first = try exports.keep(Self.export).get()
    let second = try exports.keep(Self.export).get()
    #expect(first == folder.path + "/exports/overview-20261122-140231")
    #expect(second == first + "-2")
    #expect(try String(contentsOfFile: first + ".txt", encoding: .utf8) == "a\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: second + ".csv")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `a folder that cannot be made is said`() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "exports")
    let result = ExportFolder(path: folder.path + "/exports/x").keep(Self.export)
    guard case .failure(let failure) = result else {
      Issue.record("kept in a file")
      return
    }
    #expect(failure.reason.contains("cannot be made"))
  }
}
