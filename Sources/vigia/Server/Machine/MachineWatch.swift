import Control
import Domain
import ServiceLifecycle
import Synchronization

/// Looks at the machine once a second, on a thread of its own: a disk that hangs holds up nothing else.
final class MachineWatch: Service {
  /// A look that is older tells of the past: then nothing is told.
  private static let oldest = Duration.seconds(5)

  private let worker = Worker(name: "vigia-machine")
  private let isLooking = Atomic(false)
  private let probe: Mutex<MachineProbe>
  private let latest = Mutex<(machine: Saturation.Machine, at: ContinuousClock.Instant)?>(nil)

  init(dataFolder: String) { probe = Mutex(MachineProbe(dataFolder: dataFolder)) }

  var machine: Saturation.Machine? {
    latest.withLock { latest in
      latest.flatMap { $0.at.duration(to: .now) < Self.oldest ? $0.machine : nil }
    }
  }

  func run() async throws {
    defer { worker.close() }
    await cancelWhenGracefulShutdown { [self] in
      while !Task.isCancelled {
        look()
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Begins a look, unless one hangs, and does not wait for it.
  private func look() {
    guard !isLooking.exchange(true, ordering: .relaxed) else { return }
    worker.perform { [self] in
      if let machine = probe.withLock({ $0.look() }) { latest.withLock { $0 = (machine, .now) } }
      isLooking.store(false, ordering: .relaxed)
    }
  }
}
