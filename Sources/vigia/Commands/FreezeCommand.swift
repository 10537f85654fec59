import ArgumentParser
import Domain
import Foundation

/// `vigia freeze MODEL --until T --reason`: no promotions until then, from nobody.
struct FreezeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "freeze", abstract: "Refuse promotions of a model until a time, from CI too.",
    discussion: "  vigia freeze electricity --until 2h --reason \"incident 41\"")
  @Argument(help: "The model's name.") var model: String
  @Option(help: "Until when: 30m, 2h, 1d, or 2026-11-23T08:00:00Z.") var until: String
  @Option(help: "Why; it stands in the header.") var reason: String
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    guard let end = Self.time(until, now: Date.now) else {
      throw CommandFailure.usage(
        "--until takes 30m, 2h, 1d or a time like 2026-11-23T08:00:00Z, found \(until)")
    }
    try await connection.withClient { client in
      try await Steering(client: client, json: json).send(
        .freeze(model: model, until: end), reason: reason)
    }
  }

  static func time(_ text: String, now: Date) -> Timestamp? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    if let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()), number > 0
    {
      return Timestamp(
        microseconds: Int64((now.timeIntervalSince1970 + number * unit) * 1_000_000))
    }
    guard let date = try? Date(text, strategy: .iso8601) else { return nil }
    return Timestamp(microseconds: Int64(date.timeIntervalSince1970 * 1_000_000))
  }
}

/// `vigia unfreeze MODEL --reason`.
struct UnfreezeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unfreeze", abstract: "End a freeze before its time.")
  @Argument(help: "The model's name.") var model: String
  @Option(help: "Why; it stands in the timeline.") var reason: String
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try await connection.withClient { client in
      try await Steering(client: client, json: json).send(.unfreeze(model: model), reason: reason)
    }
  }
}
