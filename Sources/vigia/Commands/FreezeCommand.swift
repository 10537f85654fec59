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
  @OptionGroup var steering: SteeringOptions

  func run() async throws {
    guard let end = Self.time(until, now: Date.now) else {
      throw CommandFailure.usage(
        "--until takes 30m, 2h, 1d or a time like 2026-11-23T08:00:00Z, found \(until)")
    }
    try await steering.send(.freeze(model: model, until: end))
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
  @OptionGroup var steering: SteeringOptions

  func run() async throws {
    try await steering.send(.unfreeze(model: model))
  }
}
