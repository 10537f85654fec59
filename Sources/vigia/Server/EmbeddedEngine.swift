import Domain
import Foundation
package import Inference
import InferenceProtocol
import Logging
package import OnnxRuntime
import Synchronization

/// The engine in this process: finds ONNX Runtime when the first model is loaded, and says what became of it.
package final class EmbeddedEngine: Sendable {
  let loader: OnnxLoader
  private let failure = Mutex<String?>(nil)

  init(_ configuration: VigiaConfiguration, logger: Logger) {
    loader = OnnxLoader(
      library: OnnxLibrary(
        candidates: Self.candidates(configured: configuration.onnxRuntime),
        log: Self.sink(logger)),
      check: configuration.engine.loadCheck.map { limits in
        LoadCheck(limits: .init(memory: Int64(limits.memory) << 20, seconds: limits.seconds))
      }, refusesNaN: configuration.engine.refusesNaN,
      settings: Self.settings(configuration), session: Self.sessions(configuration))
  }

  /// How each model is queued and run.
  package static func settings(
    _ configuration: VigiaConfiguration
  ) -> @Sendable (_ model: String) -> ModelServerSettings {
    { name in
      var settings = ModelServerSettings()
      if let lanes = configuration.lanes { settings.lanes = lanes }
      guard let own = configuration.model(name)?.running else { return settings }
      settings.batching = own.batching
      settings.queue = own.queue
      settings.cacheBytes = own.cacheBytes
      return settings
    }
  }

  /// A model's own settings before those of all.
  package static func sessions(
    _ configuration: VigiaConfiguration
  ) -> @Sendable (_ model: String) -> SessionSettings {
    { name in
      let own = configuration.model(name)?.running
      return SessionSettings(
        threads: own?.threads ?? configuration.threads,
        providers: own?.providers ?? configuration.engine.providers,
        fallsBack: own?.fallsBack ?? configuration.engine.fallsBack,
        answerBytes: configuration.engine.maxAnswer)
    }
  }

  /// At most one line a second: a model that fails at each request must not fill the disk with its reasons.
  private static func sink(_ logger: Logger) -> OnnxLibrary.Log {
    let last = Mutex<(time: ContinuousClock.Instant?, dropped: Int)>((nil, 0))
    return { severity, message in
      let now = ContinuousClock.now
      let dropped: Int? = last.withLock { last in
        if let time = last.time, time.duration(to: now) < .seconds(1) {
          last.dropped += 1
          return nil
        }
        defer { last = (now, 0) }
        return last.dropped
      }
      guard let dropped else { return }
      logger.log(
        level: severity >= 3 ? .error : .warning, "onnxruntime: \(message)",
        metadata: dropped > 0 ? ["left_out": "\(dropped)"] : nil)
    }
  }

  /// Where the library is looked for, in order.
  static func candidates(configured: String?) -> [String] {
    OnnxLibrary.candidates(
      configured: configured,
      environment: ProcessInfo.processInfo.environment,
      executable: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        ?? CommandLine.arguments[0])
  }

  var status: EngineStatus {
    if let version = loader.library.version { return .ready(version: version) }
    return failure.withLock { $0 }.map { .unavailable(reason: $0) } ?? .starting
  }

  func load(
    _ file: ModelFile, recent: [InferRequest]
  ) async throws(InferenceError) -> any Engine {
    do throws(InferenceError) {
      let engine = try await loader.load(file, recent: recent)
      failure.withLock { $0 = nil }
      return engine
    } catch {
      if case .engineUnavailable(let reason) = error { failure.withLock { $0 = reason } }
      throw error
    }
  }
}
