package import Domain
package import Foundation
import TextUI

/// A console without a screen: follows a source and writes what happens as lines, until there is nobody to read them.
package struct PlainConsole: Sendable {
  private let source: any ConsoleSource
  private let endpoint: String
  private let wall: Wall
  private let statusEvery: Double?
  private let patience: Double
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp

  /// - Parameters:
  ///   - statusEvery: seconds between two lines that only say how things stand; nil: none.
  ///   - patience: seconds that the first connection may take without a word.
  ///   - clock: for waiting between attempts to connect.
  ///   - now: local wall-clock time.
  package init(
    source: any ConsoleSource, endpoint: String, zone: TimeZone, statusEvery: Double? = 60,
    patience: Double = 0, clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.source = source
    self.endpoint = endpoint
    wall = Wall(zone: zone)
    self.statusEvery = statusEvery
    self.patience = patience
    self.clock = clock
    self.now = now
  }

  private enum Event: Sendable {
    case snapshot(SystemSnapshot)
    case lost(reason: String)
    case asked
  }

  /// As many rows of the ledger as a reader is told of one second.
  private static let rowsMax = 200
  /// What waits while a question is under way.
  private static let eventsMax = 64

  /// Returns when the task is cancelled or `write` says so.
  ///
  /// - Parameters:
  ///   - asked: an element each time a person wants to know how everything stands.
  ///   - write: takes the lines; false when nobody reads them any more.
  package func run(
    asked: AsyncStream<Void> = AsyncStream { $0.finish() },
    write: @Sendable ([String]) async -> Bool
  ) async {
    let (events, inbox) = AsyncStream.makeStream(
      of: Event.self, bufferingPolicy: .bufferingNewest(Self.eventsMax))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await follow(inbox) }
      group.addTask { for await _ in asked { inbox.yield(.asked) } }
      var report = PlainReport(
        endpoint: endpoint, wall: wall, statusEvery: statusEvery, patience: patience)
      for await event in events {
        let lines = await lines(of: event, &report)
        if !lines.isEmpty, !(await write(lines)) { break }
      }
      group.cancelAll()
    }
  }

  private func lines(of event: Event, _ report: inout PlainReport) async -> [String] {
    switch event {
    case .snapshot(let snapshot):
      let ledger = report.wantsLedger(snapshot) ? await ledger() : nil
      return report.lines(snapshot, ledger: ledger, at: now())
    case .lost(let reason): return report.lost(reason: reason, at: now())
    case .asked: return report.status(at: now())
    }
  }

  private func ledger() async -> Result<[AuditEntry], SourceError> {
    do throws(SourceError) {
      return .success(try await source.audit(AuditQuery(limit: Self.rowsMax)))
    } catch {
      return .failure(error)
    }
  }

  /// Follows the snapshots, and connects anew when their stream ends.
  private func follow(_ inbox: AsyncStream<Event>.Continuation) async {
    var attempt = 0
    while !Task.isCancelled {
      var snapshot: SystemSnapshot?
      var reason = "the server closed the connection"
      do {
        for try await delta in source.snapshots(.live) {
          guard let next = delta.applied(to: snapshot) else {
            reason = "the server's first message was not whole"
            break
          }
          snapshot = next
          attempt = 0
          inbox.yield(.snapshot(next))
        }
      } catch let error as SourceError {
        reason = error.reason
      } catch {
        reason = "\(error)"
      }
      guard !Task.isCancelled else { break }
      inbox.yield(.lost(reason: reason))
      guard (try? await clock.sleep(for: ConsoleState.backoff(attempt))) != nil else { break }
      attempt += 1
    }
    inbox.finish()
  }
}
