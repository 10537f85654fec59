import ArgumentParser
import Domain
import Foundation
import Integrations

/// `vigia model`: look at the models of a running server and change which version serves.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Look at models and change which version serves.",
    subcommands: [
      List.self, Show.self, PromoteCommand.self, Rollback.self, Split.self, Shadow.self,
      Release.self, Load.self, Unload.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A line a version: its part, share, rate, latency, errors.")
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let snapshot = try await connection.withClient { try await $0.status() }
      if json { return try Output.json(snapshot.models) }
      if snapshot.models.isEmpty { return Output.line("no models") }
      Output.table(
        [
          "MODEL", "VERSION", "PART", "SHARE", "REQ/S", "P50", "P99", "ERRORS", "ACCURACY", "STATE",
        ],
        snapshot.models.flatMap { model in model.versions.map { row(model, $0) } })
    }

    private func row(_ model: ModelSnapshot, _ version: VersionSnapshot) -> [String] {
      let recent = version.recent
      return [
        model.name, version.version, version.part,
        version.variant == nil ? "-" : percent(version.share),
        String(format: "%.1f", recent.requestRate), latency(recent.p50), latency(recent.p99),
        recent.errorShare.map(percent) ?? "-",
        recent.accuracy.map { String(format: "%.3f", $0) }
          ?? recent.absoluteError.map { String(format: "MAE %.4g", $0) } ?? "-",
        version.stateWord,
      ]
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Everything about one model: versions, hashes, history, quarantine, freeze.")
    @Argument(help: "The model's name.") var model: String
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let snapshot = try await connection.withClient { try await $0.status() }
      let found = try find(model, in: snapshot)
      if json { return try Output.json(found) }
      let deployment = found.deployment
      Output.line("\(found.name)  revision \(deployment.revision)")
      Output.line(
        "champion   \(deployment.champion) since \(Output.time(deployment.championSince))")
      if let challenger = deployment.challenger {
        Output.line("challenger \(challenger.version) at \(percent(challenger.weight))")
      }
      if let shadow = deployment.shadow { Output.line("shadow     \(shadow)") }
      Output.line(
        "rollback   \(deployment.rollbackTarget.map { "to \($0)" } ?? "no earlier champion")")
      if let freeze = deployment.activeFreeze(at: snapshot.time) {
        Output.line(
          "frozen     until \(Output.time(freeze.until)) by \(freeze.by): \(freeze.reason)")
      }
      if let pin = deployment.pin {
        Output.line("pinned     to \(pin.version) by \(pin.by): \(pin.reason)")
      }
      for client in found.hurtClients ?? [] {
        Output.line("hurt       \(client.words)")
      }
      for notice in found.notices { Output.line("notice     \(notice.text)") }
      print("")
      Output.table(
        ["VERSION", "PART", "STATE", "SHA256", "BYTES", "MEMORY", "RUNS", "NOTE"],
        found.versions.map { version in
          [
            version.version, version.part, version.stateWord, String(version.sha256.prefix(12)),
            version.upstreams == nil ? "\(version.fileBytes)" : "remote",
            version.memoryBytes.map { "\($0 >> 10) KiB" } ?? "-",
            version.execution.isEmpty ? "-" : version.execution,
            version.note,
          ]
        })
      for version in found.versions {
        for warning in version.warnings ?? [] {
          Output.line("warning    \(version.version): \(warning)")
        }
      }
      for version in found.versions { printExecution(of: version) }
      for version in found.versions { printUpstreams(of: version, at: snapshot.time) }
    }

    private func printExecution(of version: VersionSnapshot) {
      guard let figures = version.executionFigures else { return }
      print("")
      if !figures.curve.isEmpty {
        Output.line("measured   \(version.version): \(figures.curveText)")
      }
      Output.line("runs       \(version.version): \(version.execution): \(figures.reason)")
      if let batching = figures.batchingText {
        Output.line("batches    \(version.version): \(batching)")
      }
      if let queue = figures.queueText { Output.line("queue      \(version.version): \(queue)") }
      if let cache = figures.cacheText { Output.line("cache      \(version.version): \(cache)") }
    }

    private func printUpstreams(of version: VersionSnapshot, at time: Timestamp) {
      guard let upstreams = version.upstreams, !upstreams.isEmpty else { return }
      print("")
      Output.table(
        ["UPSTREAM OF \(version.version)", "STATE", "IN FLIGHT", "P50", "REQUESTS", "FAILED"],
        upstreams.map { upstream in
          [
            upstream.name, upstream.stateWord(at: time), "\(upstream.inFlight)",
            latency(upstream.p50), "\(upstream.requests)", upstream.failureWords,
          ]
        })
    }
  }

  struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring back the former champion.",
      discussion: """
        Goes to the latest former champion that was not itself rolled back. The version that is left goes into \
        quarantine: it cannot be promoted again until `vigia model release`.
        """)
    @Argument(help: "The model's name.") var model: String
    @Option(help: "Refuse unless this version is the champion.") var expectChampion: String?
    @Flag(help: "Go on although the ledger cannot be written: a fallback file stands in for it.")
    var breakGlass = false
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      try await steering.send(
        .rollBack(model: model, breakGlass: breakGlass),
        expecting: expectChampion.map { Command.Expectation(champion: $0) })
    }
  }

  struct Split: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set the share of the traffic that a version answers as challenger.",
      discussion: """
        Where that is more than it has, the version is looked at as before a promotion: its file, its signature, the \
        model's recent requests.
        """)
    @Argument(help: "The model's name.") var model: String
    @Argument(help: "The version.") var version: String
    @Argument(help: "Its share: 10% or 0.1.") var share: String
    @Flag(help: "Go on although the preflight did not pass; the ledger says so.")
    var unverified = false
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      guard let weight = Self.weight(share) else {
        throw CommandFailure.usage(
          "a share is a percentage like 10% or a number like 0.1, found \(share)")
      }
      try await steering.send(
        .setWeight(
          model: model, version: version, weight: weight,
          verification: unverified ? .waived : .required))
    }

    static func weight(_ text: String) -> Double? {
      let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
      return number.flatMap { (0...1).contains($0) ? $0 : nil }
    }
  }

  struct Shadow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send copies of the traffic to a version, or to none.")
    @Argument(help: "The model's name.") var model: String
    @Argument(help: "The version, or `none`.") var version: String
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      try await steering.send(.setShadow(model: model, version: version == "none" ? nil : version))
    }
  }

  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End the quarantine of a version that was rolled back.")
    @Argument(help: "The model's name.") var model: String
    @Argument(help: "The version.") var version: String
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      try await steering.send(.release(model: model, version: version))
    }
  }
}

extension ModelCommand {
  struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring a version into memory; traffic stays where it is.",
      discussion: """
        Reads the model repository anew, tries the file in a process of its own, loads, warms up and measures it. \
        Without a version: all that the model has.
        """)
    @Argument(help: "The model's name.") var model: String
    @Argument(help: "The version.") var version: String?
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      try await steering.send(.load(model: model, version: version))
    }
  }

  struct Unload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a version out of memory; no request brings it back until it is loaded again.")
    @Argument(help: "The model's name.") var model: String
    @Argument(help: "The version; without it, all that are in memory.") var version: String?
    @Flag(help: "Also one that serves or that a rollback would need: its requests are refused.")
    var pinned = false
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      try await steering.send(.unload(model: model, version: version, pinned: pinned))
    }
  }
}

/// - Throws: a failure that names the models there are.
func find(_ model: String, in snapshot: SystemSnapshot) throws -> ModelSnapshot {
  guard let found = snapshot.model(model) else {
    let known = snapshot.models.map(\.name).joined(separator: ", ")
    throw CommandFailure.found("no model \(model) here; there are \(known)")
  }
  return found
}

private func percent(_ share: Double) -> String { String(format: "%.4g %%", share * 100) }

private func latency(_ microseconds: Double?) -> String {
  guard let microseconds else { return "-" }
  return microseconds < 1_000
    ? String(format: "%.0f us", microseconds) : String(format: "%.3g ms", microseconds / 1_000)
}

extension UpstreamStatus {
  fileprivate func stateWord(at time: Timestamp) -> String {
    switch state {
    case .healthy: "healthy"
    case .unhealthy(let reason): "passed over: \(reason)"
    case .ejected(let until, let reason):
      "left out for \(max(0, (until.microseconds - time.microseconds) / 1_000_000)) s more: \(reason)"
    }
  }

  fileprivate var failureWords: String {
    failures.isEmpty
      ? "-"
      : failures.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}

extension VersionSnapshot {
  fileprivate var part: String {
    variant?.rawValue ?? (isRollbackTarget ? "rollback target" : "-")
  }

  fileprivate var stateWord: String {
    switch state {
    case .unloaded: "not loaded"
    case .loading: "loading"
    case .ready: "ready"
    case .failed(let reason): "failed: \(reason)"
    }
  }

  fileprivate var note: String {
    if let quarantine { return "quarantined by \(quarantine.by): \(quarantine.reason)" }
    return isRollbackTarget ? "a rollback goes here" : ""
  }
}
