import Domain
import Foundation
import Inference
import Integrations
import OnnxRuntime
import Synchronization
import Waiting

/// A program that is told of alerts: no shell, Alertmanager's webhook message on its standard input.
struct CommandReceiver: Sendable {
  /// A path and arguments.
  let words: [String]
  var timeout = Duration.seconds(30)

  /// It knows where programs are, and nothing of ours: no token that stands in the server's variables.
  private static let environment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
  ]

  /// Exit status 0 accepts the message; after any other the program is started again, later.
  func send(_ message: WebhookMessage) async -> DeliveryResult {
    guard let input = try? message.body() else {
      return .refused(reason: "it cannot be written as JSON")
    }
    let isCancelled = Flag()
    return await withTaskCancellationHandler {
      await BlockingThread.run("notify-command") {
        do {
          let ending = try CheckedProcess.run(
            words[0], Array(words.dropFirst()), input: Data(input), timeout: timeout,
            as: .init(environment: Self.environment) { isCancelled.isSet })
          return isCancelled.isSet && ending.cause == .timedOut
            ? .retry(reason: "it was stopped with the server") : meaning(of: ending)
        } catch {
          return .retry(reason: UpstreamText.line("\(error)"))
        }
      }
    } onCancel: {
      isCancelled.set()
    }
  }

  private func meaning(of ending: CheckedProcess.Ending) -> DeliveryResult {
    switch ending.cause {
    case .exited(0): .accepted
    case .exited(let status): .retry(reason: "it ended with \(status)" + Self.words(of: ending))
    case .signal(let number):
      .retry(reason: "signal \(number) ended it" + Self.words(of: ending))
    case .timedOut:
      .retry(reason: "it took longer than \(timeout / .seconds(1)) s" + Self.words(of: ending))
    }
  }

  /// The last line of what it said.
  private static func words(of ending: CheckedProcess.Ending) -> String {
    let output = String(decoding: ending.output.suffix(1_024), as: UTF8.self)
    let texts = [ending.errors, output].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    guard let said = texts.first(where: { !$0.isEmpty }) else { return "" }
    return ": " + UpstreamText.line(said.split(whereSeparator: \.isNewline).last ?? "")
  }

  private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }
}
