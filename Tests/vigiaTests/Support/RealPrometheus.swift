import Foundation

@testable import Integrations

/// Prometheus itself, where PROMETHEUS names its binary; promtool lies beside it. It listens on loopback alone.
final class RealPrometheus {
  static var binary: String? { ProcessInfo.processInfo.environment["PROMETHEUS"] }

  let port: Int
  private let folder: String
  private let process = Process()

  /// - Parameters:
  ///   - configuration: its `prometheus.yml`.
  ///   - series: in OpenMetrics, which it is to have from the start.
  init(_ configuration: String, series: String? = nil) throws {
    folder = try Program.folder()
    port = try Listener().port
    try Data(configuration.utf8).write(to: URL(filePath: "\(folder)/prometheus.yml"))
    if let series {
      try Data(series.utf8).write(to: URL(filePath: "\(folder)/series"))
      _ = try Self.promtool([
        "tsdb", "create-blocks-from", "openmetrics", "\(folder)/series", "\(folder)/data",
      ])
    }
    process.executableURL = URL(filePath: Self.binary ?? "")
    process.arguments = [
      "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
      "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
      "--storage.tsdb.retention.time=100y",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    signal(SIGCONT)
    signal(SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  var url: String { "http://127.0.0.1:\(port)" }

  /// The part of its answer that counts; nil while it gives none.
  func get(_ path: String) async -> Any? {
    guard let body = await Self.page("\(url)\(path)"),
      let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    else { return nil }
    return object["data"]
  }

  /// What stands at an address; nil where nobody answers.
  static func page(_ url: String) async -> [UInt8]? {
    let client = UpstreamClient()
    let reply = await client.ask(.init(url: url), within: .seconds(10))
    await client.shutdown()
    return (try? reply.get())?.body
  }

  /// The value of a query's first series.
  func value(_ query: String) async -> String? {
    let plain = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let data = await get("/api/v1/query?query=\(plain)") as? [String: Any]
    let first = (data?["result"] as? [[String: Any]])?.first
    return (first?["value"] as? [Any])?.last as? String
  }

  /// - Returns: its exit code, and what it said.
  static func promtool(_ words: [String], input: Data = Data()) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(filePath: binary ?? "").deletingLastPathComponent()
      .appending(path: "promtool")
    process.arguments = words
    let (given, said) = (Pipe(), Pipe())
    process.standardInput = given
    process.standardOutput = said
    process.standardError = said
    try process.run()
    try given.fileHandleForWriting.write(contentsOf: input)
    try given.fileHandleForWriting.close()
    let output = said.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
