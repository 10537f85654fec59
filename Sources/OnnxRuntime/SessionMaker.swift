import COnnxRuntime
import Inference

/// Makes a session of a model's bytes, with the threads and the execution providers that are asked for.
struct SessionMaker {
  let api: OnnxRuntimeAPI
  let file: ModelFile
  let settings: SessionSettings

  /// - Returns: the session, and a line for each provider that was left out.
  /// - Throws: `load` with `refused`, or with `provider` where one is lacking and nothing may stand in for it.
  func make(
    _ bytes: [UInt8]
  ) throws(InferenceError) -> (session: OpaquePointer, warnings: [String]) {
    var options: OpaquePointer?
    defer { OrtReleaseSessionOptions(api.table, options) }
    let problem =
      api.problem(OrtCreateSessionOptions(api.table, &options)) ?? api.firstProblem(basics(options))
    if let problem { throw refused(problem) }
    let (appended, warnings) = try appendProviders(to: options)
    do throws(InferenceError) {
      return (try create(bytes, options), warnings)
    } catch {
      guard let last = appended.last, settings.fallsBack else { throw error }
      // A driver or a device may be missing although the library knows the provider.
      let plain = SessionSettings(threads: settings.threads)
      let (session, _) = try SessionMaker(api: api, file: file, settings: plain).make(bytes)
      let missing = "provider \(last) could not be used, the CPU runs it: \(reason(of: error))"
      return (session, warnings + [missing])
    }
  }

  private func basics(_ options: OpaquePointer?) -> [() -> OpaquePointer?] {
    // Measured on small tabular models: without arena and pattern one session serves two threads at twice the rate.
    var steps: [() -> OpaquePointer?] = [
      { OrtSetIntraOpNumThreads(api.table, options, Int32(clamping: settings.threads)) },
      { OrtSetInterOpNumThreads(api.table, options, 1) },
      { OrtSetSessionExecutionMode(api.table, options, 0) },
      { OrtSetGraphOptimizationLevel(api.table, options, 99) },
      { OrtDisableCpuMemArena(api.table, options) },
      { OrtDisableMemPattern(api.table, options) },
      { OrtAddSessionConfigEntry(api.table, options, "session.intra_op.allow_spinning", "0") },
      // ONNX Runtime would take its own format too, which nobody has looked through for weights in other files.
      { OrtAddSessionConfigEntry(api.table, options, "session.load_model_format", "ONNX") },
    ]
    // A pool of its own for a model that is given more than one thread; all others share one.
    if settings.threads <= 1 { steps.append { OrtDisablePerSessionThreads(api.table, options) } }
    return steps
  }

  /// - Returns: the short names of those that were appended, and a line for each that was left out.
  private func appendProviders(
    to options: OpaquePointer?
  ) throws(InferenceError) -> (appended: [String], warnings: [String]) {
    let wanted = settings.providers.map(ExecutionProviders.fullName)
      .prefix { $0 != "CPUExecutionProvider" }
    guard !wanted.isEmpty else { return ([], []) }
    let available = api.availableProviders()
    var appended: [String] = []
    var warnings: [String] = []
    for name in wanted {
      let short = ExecutionProviders.shortName(name)
      let problem =
        available.contains(name)
        ? api.append(provider: name, to: options)
        : "this library was built without it"
      guard let problem else {
        appended.append(short)
        continue
      }
      let names = available.map(ExecutionProviders.shortName)
      guard settings.fallsBack else {
        throw .load(
          file.version, path: file.path, .provider(short, reason: problem, available: names))
      }
      warnings.append(
        "provider \(short) is left out: \(problem); there are \(names.joined(separator: ", "))")
    }
    return (appended, warnings)
  }

  private func create(
    _ bytes: [UInt8], _ options: OpaquePointer?
  ) throws(InferenceError) -> OpaquePointer {
    var session: OpaquePointer?
    let problem = bytes.withUnsafeBytes { buffer in
      api.problem(
        OrtCreateSessionFromArray(
          api.table, api.environment, buffer.baseAddress ?? OnnxSession.nowhere, buffer.count,
          options, &session))
    }
    guard problem == nil, let session else { throw refused(problem ?? "no session") }
    return session
  }

  private func refused(_ reason: String) -> InferenceError {
    .load(file.version, path: file.path, .refused(reason: reason))
  }

  private func reason(of error: InferenceError) -> String {
    if case .load(_, _, .refused(let reason)) = error { reason } else { error.description }
  }
}
