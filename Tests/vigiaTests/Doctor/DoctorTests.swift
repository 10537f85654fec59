import Foundation
import Testing
import vigia

@Suite struct DoctorTests {
  private let probes = Doctor.Probes(
    library: { _ in .loaded(path: "/l.so", rule: "VIGIA_ONNXRUNTIME", version: "1.32.0") },
    runningVigia: { _ in nil }, terminalSize: TerminalSize(columns: 120, rows: 36),
    toolchain: { "Swift version 6.3" })

  private func report(_ folder: TemporaryFolder, _ environment: [String: String] = [:])
    async -> DoctorReport
  {
    var environment = environment
    environment["VIGIA_LISTEN"] = "127.0.0.1:0"
    environment["TERM"] = "xterm"
    environment["LANG"] = "C.UTF-8"
    let loader = ConfigurationLoader(environment: environment, workingDirectory: folder.path)
    return await Doctor(loaded: loader.load(), environment: environment, probes: probes).examine()
  }

  private func check(_ name: String, in report: DoctorReport) throws -> DoctorCheck {
    try #require(report.checks.first { $0.name == name })
  }

  @Test func `a sound folder is ok in every line that does not depend on the machine`() async throws
  {
    let folder = try TemporaryFolder()
    try folder.write("data_dir: .\nmodels: { m: { champion: 2 } }", to: "vigia.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    try folder.write("", to: "models/m/2/model.onnx")
    try folder.write("", to: "models/m/10/model.onnx")
    let report = await report(folder)
    #expect(try check("models", in: report).status == .ok)
    #expect(try check("models", in: report).detail == "\(folder.path)/models: m 2,10")
    #expect(try check("data folder", in: report).status == .ok)
    #expect(try check("port", in: report).status == .ok)
    #expect(try check("setting data_dir", in: report).detail == "\(folder.path) (vigia.yaml:1)")
    #expect(
      try check("setting listen", in: report).detail == "127.0.0.1:0 (environment VIGIA_LISTEN)")
    #expect(try check("setting theme", in: report).detail == "default-dark (default)")
  }

  @Test func `an empty repository, a model without a version and one that is missing fail`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(
      "data_dir: .\nmodels: { m: { champion: 3 }, n: { champion: 1 } }", to: "vigia.yaml")
    try folder.write("", to: "models/m/1/model.onnx")
    try folder.write("", to: "models/void/readme")
    let details = await report(folder).checks
      .filter { $0.name == "models" && $0.status == .fail }.map(\.detail)
    #expect(
      details.contains("m@3 is configured, but there is no m/3/model.onnx")
        && details.contains("\(folder.path)/models/void has no version")
        && details.contains("the configuration has n, \(folder.path)/models has not"))
    let empty = try TemporaryFolder()
    try empty.write("", to: "models/.keep")
    let models = try check("models", in: await self.report(empty, ["VIGIA_DATA_DIR": empty.path]))
    #expect(models.status == .fail && models.detail == "\(empty.path)/models is empty")
  }

  @Test func `a faulty configuration fails with its own lines`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("listn: 1", to: "vigia.yaml")
    let report = await report(folder)
    #expect(report.exitCode == 1)
    #expect(
      try check("configuration", in: report).detail
        == #"vigia.yaml:1:1: unknown key "listn"; did you mean "listen"?"#)
  }

  @Test(arguments: [
    (0o700, DoctorCheck.Status.ok, ""), (0o755, .warn, ": others may look into it"),
    (0o777, .warn, ": others may write"),
  ])
  func `a data folder that is open to others is told, with what to run`(
    mode: Int, status: DoctorCheck.Status, words: String
  ) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
    let found = try #require(DataFolderCheck(path: folder.path).checks().first)
    #expect(found.status == status)
    #expect(found.detail == "\(folder.path), mode \(String(mode, radix: 8))\(words)")
    #expect(found.action == (status == .ok ? nil : "chmod 700 \(folder.path)"))
  }

  @Test func `an address in use is told from a running Vigia`() async throws {
    let folder = try TemporaryFolder()
    let listener = try Listener()
    let environment = ["VIGIA_LISTEN": "127.0.0.1:\(listener.port)", "XDG_STATE_HOME": folder.path]
    let loaded = ConfigurationLoader(environment: environment, workingDirectory: folder.path).load()
    var probes = probes
    let taken = await Doctor(loaded: loaded, environment: [:], probes: probes).examine()
    #expect(try check("port", in: taken).status == .fail)
    probes.runningVigia = { _ in "vigia 0.1.0, pid 1" }
    let running = await Doctor(loaded: loaded, environment: [:], probes: probes).examine()
    #expect(
      try check("port", in: running).detail
        == "127.0.0.1:\(listener.port) is answered by vigia 0.1.0, pid 1")
  }

  @Test func `text is aligned, one line a check, and says what to do`() {
    let report = DoctorReport(checks: [
      DoctorCheck("port", .ok, "free"),
      DoctorCheck("data folder", .fail, "not\u{1B}[2J writable", action: "chmod it"),
    ])
    #expect(
      report.text() == """
        ok    port         free
        fail  data folder  not\\u{1B}[2J writable  -> chmod it
        """)
    #expect(
      report.json()
        == #"{"checks":[{"detail":"free","name":"port","status":"ok"},"#
        + #"{"action":"chmod it","detail":"not\u001b[2J writable","name":"data folder","#
        + #""status":"fail"}]}"#)
    #expect(report.exitCode == 1)
  }

  @Test(arguments: [
    (
      ["TERM": "xterm-256color", "COLORTERM": "truecolor"],
      "24 bit (COLORTERM=truecolor, xterm-direct)"
    ),
    (
      ["TERM": "foot", "COLORTERM": "24bit"],
      "256 (COLORTERM=24bit, but terminfo has no foot-direct)"
    ),
    (["TERM": "tmux-256color"], "256 (TERM=tmux-256color)"),
    (["TERM": "linux"], "8 or 16 (TERM=linux, COLORTERM=(unset))"),
    (["TERM": "dumb"], "none on TERM=dumb; bold and reverse are used"),
    (
      ["TERM": "xterm-256color", "NO_COLOR": "1"],
      "none, as NO_COLOR asks; bold and reverse are used"
    ),
  ])
  func `the colours that will be used follow from the environment`(
    _ environment: [String: String], _ detail: String
  ) {
    let check = TerminalCheck(
      environment: environment, size: nil,
      fileExists: { $0 == "/usr/share/terminfo/x/xterm-direct" })
    #expect(check.checks().first { $0.name == "colours" }?.detail == detail)
  }

  @Test func `the file system is that of the longest mount point, and a remote one fails`() {
    let mounts = """
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
      30 22 0:26 / /home rw,nosuid master:2 shared:3 - nfs4 server:/home rw
      31 30 0:27 / /home/a\\040b rw - tmpfs tmpfs rw
      """
    #expect(MountTable.fileSystem(of: "/homely", in: mounts) == "ext4")
    #expect(MountTable.fileSystem(of: "/home/ana", in: mounts) == "nfs4")
    #expect(MountTable.fileSystem(of: "/home/a b/c", in: mounts) == "tmpfs")
    #expect(DataFolderCheck.disk(free: 1 << 40, fileSystem: "nfs4").status == .fail)
    #expect(DataFolderCheck.disk(free: 1 << 40, fileSystem: "tmpfs").status == .warn)
    #expect(DataFolderCheck.disk(free: 1 << 20, fileSystem: "ext4").status == .fail)
    #expect(DataFolderCheck.disk(free: 1 << 40, fileSystem: nil).status == .ok)
  }
}
