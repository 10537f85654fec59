import Control
import Domain
import HTTPAPI
import OnnxRuntime
import ServiceLifecycle
import Storage
import Synchronization

/// Measures while the server runs; writes the last second when it ends, and hands it on as the last.
struct RecorderService: Service {
  let recorder: Recorder
  let endBatches: @Sendable () -> Void

  func run() async throws {
    recorder.start()
    try? await gracefulShutdown()
    recorder.flush()
    endBatches()
  }
}

/// Brings the deployments into force, then takes in a batch a second, to the recorder's last: it ends after it. Meanwhile
/// remote versions whose servers were not there are tried again.
struct ControlService: Service {
  let control: ControlPlane
  let batches: AsyncStream<SecondBatch>

  func run() async throws {
    try await control.start()
    StartPages.giveBack()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await control.tryRemotesAgain() }
      for await batch in batches { await control.ingest(batch) }
      // Not before it is told to: a service that ends by itself ends the others.
      try? await gracefulShutdown()
      group.cancelAll()
    }
    await control.endJudging()
  }
}

/// The first to hear of the end: says so to every console before the listeners drain.
struct StopService: Service {
  let signal: StopSignal
  let control: ControlPlane

  func run() async throws {
    await withGracefulShutdownHandler {
      await signal.wait()
    } onGracefulShutdown: {
      signal.trigger()
    }
    await control.beginStopping()
    control.hub.finish()
  }
}

/// Set once, awaited by one.
final class StopSignal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func trigger() { continuation.finish() }

  func wait() async { for await _ in stream {} }
}

/// The port of the TCP listener, once it is bound.
final class BoundPort: Sendable {
  private struct State {
    var port: Int?
    var waiting: [CheckedContinuation<Int, Never>] = []
  }

  private let state = Mutex(State())

  func set(_ address: BoundAddress) {
    guard case .port(_, let port) = address else { return }
    let waiting = state.withLock { state in
      state.port = port
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: port) }
  }

  var value: Int {
    get async {
      await withCheckedContinuation { continuation in
        let port: Int? = state.withLock { state in
          if state.port == nil { state.waiting.append(continuation) }
          return state.port
        }
        if let port { continuation.resume(returning: port) }
      }
    }
  }
}
