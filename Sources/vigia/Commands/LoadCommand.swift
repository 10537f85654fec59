import ArgumentParser
import AsyncHTTPClient
import Foundation
import InferenceProtocol
import Integrations
import UnixSignals

/// `vigia load URL`: open-loop load on any V2 server.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Put a server under an open-loop load, and measure it honestly.",
    discussion: """
      Requests are sent at the times of the schedule, whatever the server does, and their latency counts from then: \
      a server that stalls for a second has slowed down every request that was due in it (no coordinated omission). \
      Works with every server of the Open Inference Protocol V2: Vigia, Triton, KServe, MLServer.

        vigia load http://127.0.0.1:8080 --rate 2000 --duration 30
        vigia load http://127.0.0.1:8080 --model electricity@2 --data rows.csv --rows 32 --rate 500
        vigia load http://127.0.0.1:8080 --ramp 100:5000 --duration 60 --json

        vigia load https://models.example --insecure --rate 200

      Without --data the values are made up from the model's metadata. Ctrl-C ends early and reports what there is.
      Exit codes: 0 no errors, 1 some, 2 usage, 3 nobody answers.
      """)
  @Argument(help: "The server: http://HOST:PORT or https://HOST:PORT.") var url: String
  @Option(help: "Requests a second.") var rate: Double?
  @Option(help: "Instead of --rate: requests a second at the start and at the end, as 100:5000.")
  var ramp: String?
  @Option(help: "Seconds.") var duration = 10.0
  @Option(
    help:
      "MODEL, or MODEL@VERSION past the server's split; may be left out where the server has but one."
  )
  var model: String?
  @Option(help: "Rows in each request.") var rows = 1
  @Option(help: "CSV with a header: rows to send, in their order, again and again.")
  var data: String?
  @Option(help: "Columns of --data that are the model's features, in its order, as a,b,c.")
  var features: String?
  @Option(help: "Connections; more requests than these at once wait here, and their wait counts.")
  var connections = 64
  @Option(help: "Seconds after which a request counts as failed.") var timeout = 10.0
  @Option(name: .customLong("header"), help: "A further header, as 'Name: value'; may be repeated.")
  var headers: [String] = []
  @Option(help: "Seed of made-up values.") var seed: UInt64 = 1
  @Flag(help: "Send tensors in V2's binary form instead of JSON.") var binary = false
  @Option(name: .customLong("cacert"), help: "Of https: a PEM file of the authorities to trust.")
  var authorities: String?
  @Flag(help: "Of https: take any certificate.") var insecure = false
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let server = try Server(url)
    let security = try security(of: server)
    let schedule = try schedule()
    let fields = try fields()
    guard rows >= 1, connections >= 1, connections <= 10_000, timeout > 0, timeout <= 86_400 else {
      throw CommandFailure.usage(
        "--rows, --connections (to 10000) and --timeout (to a day) are at least 1, 1 and above 0")
    }
    guard features == nil || data != nil else {
      throw CommandFailure.usage("--features names columns of --data: give that too")
    }
    let target = try await target(server, security, fields)
    if !json {
      Output.note(
        "\(schedule.count) requests of \(rows) \(rows == 1 ? "row" : "rows") over "
          + "\(Int(duration.rounded())) s on \(connections) connections to \(server.url)")
    }
    let figures = try await measure(target, schedule, server)
    let report = LoadReport(figures, schedule)
    if json { try Output.json(report) } else { report.lines.forEach(Output.line) }
    if report.errors > 0 { throw ExitCode(1) }
  }

  private func measure(
    _ target: LoadTarget, _ schedule: LoadSchedule, _ server: Server
  ) async throws -> LoadFigures {
    let load: LoadRun
    do {
      load = try await LoadRun(target, schedule)
    } catch {
      throw CommandFailure.usage("--cacert: \(LoadRun.reason(of: error))")
    }
    let interrupt = Task {
      for await _ in await UnixSignalsSequence(trapping: .sigint) { load.stop() }
    }
    let line = ProgressLine()
    let progress = Task {
      while line.isTerminal {
        try await Task.sleep(for: .seconds(1))
        let figures = await load.figures()
        line.show(
          LoadReport.progress(
            figures, duration: schedule.duration, rate: schedule.rate(at: figures.elapsed)))
      }
    }
    defer {
      progress.cancel()
      line.clear()
      interrupt.cancel()
    }
    do {
      return try await load.run()
    } catch {
      throw CommandFailure.unreachable("\(server.url): \(LoadRun.reason(of: error))")
    }
  }

  private func target(
    _ server: Server, _ security: LoadSecurity, _ fields: [(name: String, value: String)]
  ) async throws -> LoadTarget {
    let named = try named()
    let client = security.client()
    let discovery = V2Discovery(
      url: server.url, headers: fields, client: client, timeout: patience)
    let name: String
    let inputs: [TensorMetadata]
    do {
      if let named = named.model { name = named } else { name = try await discovery.onlyModel() }
      inputs = try await discovery.inputs(of: name, version: named.version)
      try await client.shutdown()
    } catch {
      try await client.shutdown()
      if case V2Discovery.Failure.severalModels = error {
        throw CommandFailure.usage("\(server.url): \(error)")
      }
      throw CommandFailure.unreachable("\(server.url): \(error)")
    }
    var maker = LoadRequests(inputs: inputs, rows: rows, isBinary: binary)
    maker.features = features?.split(separator: ",").map(String.init)
    let messages: [WireMessage]
    do {
      messages =
        try data.map { try maker.messages(from: StreamReader.read($0)) }
        ?? maker.messages(seed: seed)
    } catch let error as LoadRequests.Failure {
      throw CommandFailure.usage((data.map { "\($0): " } ?? "") + error.description)
    } catch let error as StreamError {
      throw CommandFailure.usage(error.description)
    }
    let path = V2Discovery.path(name, named.version) + "/infer"
    var target = LoadTarget(
      host: server.host, port: server.port,
      requests: messages.map { message in
        var all = [(name: "content-type", value: message.contentType)] + fields
        if let length = message.headerLength {
          all.append(("inference-header-content-length", "\(length)"))
        }
        return LoadTarget.request(
          host: "\(server.host):\(server.port)", path: path, fields: all, body: message.bytes)
      }, rows: rows, connections: connections, timeout: patience)
    target.security = security
    return target
  }

  private func security(of server: Server) throws -> LoadSecurity {
    guard server.isSecure else {
      guard !insecure, authorities == nil else {
        throw CommandFailure.usage("--insecure and --cacert are for https, found \(url)")
      }
      return .none
    }
    if let authorities {
      guard !insecure else {
        throw CommandFailure.usage("--insecure trusts everybody, --cacert somebody: give one")
      }
      guard FileManager.default.isReadableFile(atPath: authorities) else {
        throw CommandFailure.usage("--cacert: \(authorities) cannot be read")
      }
    }
    return insecure ? .unverified : .verified(authorities: authorities)
  }

  private var patience: Duration { .milliseconds(Int64(timeout * 1_000)) }

  /// What `--model` says.
  private func named() throws -> (model: String?, version: String?) {
    guard let model else { return (nil, nil) }
    let parts = model.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, !parts.contains("") else {
      throw CommandFailure.usage("expected --model MODEL or MODEL@VERSION, found \(model)")
    }
    return (parts[0], parts.count == 2 ? parts[1] : nil)
  }

  private func schedule() throws -> LoadSchedule {
    guard duration > 0, duration <= 604_800 else {
      throw CommandFailure.usage("--duration is above 0 and at most a week, found \(duration)")
    }
    let ends: (Double, Double)?
    switch (rate, ramp) {
    case (let rate?, nil): ends = (rate, rate)
    case (nil, let text?):
      let parts = text.split(separator: ":").map { Double($0) }
      ends = parts.count == 2 ? parts[0].flatMap { from in parts[1].map { (from, $0) } } : nil
    default: throw CommandFailure.usage("give --rate N or --ramp FROM:TO: one of the two")
    }
    guard let (from, to) = ends, from >= 0, to >= 0, from + to > 0, max(from, to) <= 1e6 else {
      throw CommandFailure.usage(
        "a rate is above 0 and at most 1000000 requests/s; a ramp is two of them, as 100:5000")
    }
    return LoadSchedule(from: from, to: to, duration: duration)
  }

  private func fields() throws -> [(name: String, value: String)] {
    try headers.map { text in
      let parts = text.split(separator: ":", maxSplits: 1)
      let name = parts.first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
      guard parts.count == 2, !name.isEmpty,
        !text.utf8.contains(where: { $0 < 32 || $0 == 127 }), !name.contains(" ")
      else { throw CommandFailure.usage("a header is 'Name: value', found '\(text)'") }
      return (name, parts[1].trimmingCharacters(in: .whitespaces))
    }
  }

  /// Where the load goes.
  private struct Server {
    let url: String
    let host: String
    let port: Int
    let isSecure: Bool

    init(_ text: String) throws {
      guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
        case let scheme = parts.scheme ?? "http", ["http", "https"].contains(scheme),
        ["", "/"].contains(parts.path)
      else {
        throw CommandFailure.usage("expected http://HOST:PORT or https://HOST:PORT, found \(text)")
      }
      self.host = host
      isSecure = scheme == "https"
      port = parts.port ?? (isSecure ? 443 : 80)
      guard (1...65_535).contains(port) else {
        throw CommandFailure.usage("a port is 1 to 65535, found \(port) in \(text)")
      }
      url = "\(scheme)://\(host):\(port)"
    }
  }
}
