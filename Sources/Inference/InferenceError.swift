package import Domain
import InferenceProtocol

/// Why an inference, or a change to what is loaded, did not come about.
package enum InferenceError: Error, Sendable, Equatable {
  case unknownModel(String)
  case unknownVersion(ModelVersion, known: [String])
  /// The model is known, but no version of it serves.
  case noDeployment(String)
  /// The version is known but not in memory.
  case notLoaded(ModelVersion, Absence = .neverLoaded)
  /// The version was to be brought back into memory for a request, and could not be.
  case unavailable(ModelVersion, reason: String)
  /// The version does not fit beside those that must stay in memory; all in bytes.
  case noRoom(ModelVersion, needed: Int64, pinned: Int64, budget: Int64)
  case invalid(InvalidRequest)
  /// The request fits the version that answered before, and not the one that answers now.
  case signatureChanged(ModelVersion, before: ModelVersion, InvalidRequest)
  /// The queue is full: `waiting` rows for a bound of `limit`.
  case queueFull(
    ModelVersion, waiting: Int, rows: Int, limit: Int, retryAfter: Duration)
  /// Likewise in bytes.
  case queueBytesFull(ModelVersion, waiting: Int, limit: Int, retryAfter: Duration)
  /// More requests than a limit lets through.
  case rateLimited(
    model: String, scope: TrafficLimit.Scope, rate: Double, retryAfter: Duration)
  /// One of the share that somebody sheds.
  case shed(model: String, share: Double)
  /// Its time was over while it waited: it was not run.
  case timedOut(ModelVersion, after: Duration)
  /// Its time was over while it ran: sent again, it would run again.
  case overrun(ModelVersion, after: Duration)
  /// Its client left while it waited: it was not run.
  case clientLeft(ModelVersion)
  case stopping
  case unsupported(String)
  /// The engine failed while it ran; `reason` is its own.
  case engine(ModelVersion, reason: String)
  /// A file could not be made into a running version.
  case load(ModelVersion, path: String, LoadProblem)
  /// A server behind a remote version, by its address.
  case upstream(ModelVersion, upstream: String, UpstreamProblem)
  /// The inference engine itself is not there: what is missing, and how to get it.
  case engineUnavailable(reason: String)

  /// Why a version is not in memory.
  package enum Absence: Sendable, Equatable {
    /// Nobody has asked for it since the start.
    case neverLoaded
    /// It is being loaded, or is going to be: the server starts.
    case loading
    /// A person took it out: by name, where that is known.
    case unloaded(by: String?)
    /// Others needed the room. A request that names it brings it back, unless that is switched off.
    case left(returns: Bool)
    /// The last load came to nothing; where its reason is another server's, it is tried again without anybody's word.
    case failed(reason: String, isTriedAgain: Bool = false)
  }

  /// What is wrong with a request, given the signature of the version that was to answer it.
  package enum InvalidRequest: Error, Sendable, Equatable {
    case missingInput(String)
    case unknownInput(String, known: [String])
    case unknownOutput(String, known: [String])
    case datatype(input: String, expected: String, found: String)
    /// -1 where any length will do.
    case shape(input: String, expected: [Int], found: [Int])
    /// A tensor whose data are not as many as its shape promises.
    case elementCount(input: String, shape: [Int], found: Int)
    /// Two inputs whose dimensions of this name are not as long as each other.
    case sharedDimension(
      String, input: String, shape: [Int], other: String, otherShape: [Int])
    /// The answer has bytes that JSON cannot carry, and JSON was asked for.
    case notText(output: String, element: Int)
    /// The version's server takes JSON alone, and an input has bytes that JSON cannot carry.
    case inputNotText(String, element: Int)
    /// Likewise a number for which JSON has no word, as `found` says it.
    case inputNotFinite(String, element: Int, found: String)
    /// With this output, of so many bytes, the outputs of the request take more than they may together.
    case answerTooLarge(output: String, shape: [Int], bytes: Int, limit: Int)
    /// Likewise as text or as V2's binary form: with this output the reply's body is longer than it may be.
    case replyTooLong(output: String, shape: [Int], isBinary: Bool, limit: Int)
  }

  /// Why a file did not load.
  package enum LoadProblem: Sendable, Equatable, Codable {
    case missing
    case unreadable(reason: String)
    case tooLarge(bytes: Int64, limit: Int64)
    /// It is not what the repository had when it was scanned.
    case changed(expected: String, found: String)
    /// It is not what is in memory, and traffic depends on that.
    case replaced(loaded: String, found: String)
    /// It is not what was in memory when it left for want of room.
    case returned(was: String, found: String)
    /// The engine does not take it; `reason` is the engine's own.
    case refused(reason: String)
    /// A kind of model that is not served; `advice` says how to make one that is.
    case unsupported(what: String, advice: String)
    /// It loaded, but a run with zeros failed.
    case warmUp(reason: String)
    /// Each trial run that was answered holds NaN in this output; `trials` says what was tried.
    case notANumber(output: String, trials: String)
    /// The process that looked at it first did not end well; `reason` says how.
    case check(reason: String)
    /// The library has no such execution provider, or could not use it.
    case provider(String, reason: String, available: [String])
    /// A version on other servers: what they lack.
    case remote(reason: String)
  }
}

extension InferenceError {
  /// The status of V2's answer.
  package var status: Int {
    switch self {
    case .unknownModel, .unknownVersion: 404
    case .invalid: 400
    case .rateLimited: 429
    case .noDeployment, .notLoaded, .queueFull, .queueBytesFull, .timedOut, .clientLeft, .stopping,
      .engineUnavailable, .unavailable, .noRoom, .shed:
      503
    case .overrun: 504
    case .unsupported: 501
    case .engine, .load, .signatureChanged: 500
    case .upstream(_, _, let problem): problem.status
    }
  }

  /// Whole seconds for a `Retry-After` header; nil where another try would not help, or would do again what was done.
  package var retryAfterSeconds: Int? {
    switch self {
    case .queueFull(_, _, _, _, let delay), .queueBytesFull(_, _, _, let delay),
      .rateLimited(_, _, _, let delay):
      max(1, Int((delay / .seconds(1)).rounded(.up)))
    case .timedOut, .stopping, .notLoaded(_, .loading), .notLoaded(_, .left(returns: true)): 1
    case .shed: 5
    case .unavailable, .notLoaded(_, .failed(_, isTriedAgain: true)): 10
    case .upstream(_, _, let problem): problem.retryAfterSeconds
    default: nil
    }
  }

  /// Whether a load failed for what other servers are or say at present: another try may meet something else.
  package var isRemoteLoad: Bool {
    if case .load(_, _, .remote) = self { true } else { false }
  }

  /// How a request that ended so is counted.
  package var outcome: Outcome {
    switch self {
    case .invalid, .unknownModel, .unknownVersion, .unsupported: .invalid
    case .rateLimited: .limited
    case .queueFull, .queueBytesFull, .stopping, .noRoom, .shed: .shed
    case .timedOut, .overrun: .timedOut
    case .clientLeft: .cancelled
    case .upstream(_, _, let problem): problem.outcome
    case .engine, .load, .signatureChanged, .noDeployment, .notLoaded, .engineUnavailable,
      .unavailable:
      .failed
    }
  }
}

extension InferenceError: CustomStringConvertible {
  /// What was expected, what was found, and what to do: the text of every face.
  package var description: String {
    switch self {
    case .unknownModel(let model):
      "model \"\(model)\" is not in the repository"
    case .unknownVersion(let version, let known):
      "model \"\(version.model)\" has no version \"\(version.version)\"; it has "
        + (known.isEmpty ? "none" : known.joined(separator: ", "))
    case .noDeployment(let model):
      "model \"\(model)\" has no version that serves; load one: vigia model load \(model) VERSION --reason \"...\""
    case .notLoaded(let version, let absence):
      // By whom is nothing for those outside.
      "\(version) is not loaded: \(absence.nameless.words(version))"
    case .unavailable(let version, let reason):
      "\(version) could not be brought back into memory: \(reason)"
    case .noRoom(let version, let needed, let pinned, let budget):
      "\(version) is not loaded: it needs \(Self.size(needed)), and of a budget of \(Self.size(budget)) "
        + "versions that must stay take \(Self.size(pinned)); raise model_memory"
    case .invalid(let problem):
      problem.description
    case .signatureChanged(let version, let before, let problem):
      "\(version) does not take what \(before) takes: \(problem.description)"
    case .queueFull(let version, let waiting, let rows, let limit, _):
      "\(version): the queue is full: \(waiting) rows wait, this request has \(rows), and no more than \(limit) may "
        + "wait together; try again later"
    case .queueBytesFull(let version, let waiting, let limit, _):
      "\(version): the queue is full: requests of \(Self.size(Int64(waiting))) wait, and from "
        + "\(Self.size(Int64(limit))) on no more may join; try again later"
    case .rateLimited(let model, let scope, let rate, let delay):
      "\(model): more than \(Self.number(rate)) requests/s, the limit of \(scope.words); try again in "
        + Self.seconds(delay)
    // By whom is nothing for those outside.
    case .shed(let model, let share):
      "\(model): \(Self.number(share * 100)) % of such requests are shed for now; try again later"
    case .timedOut(let version, let limit):
      "\(version): it waited for \(Self.time(limit)) and was not run; try again later"
    case .overrun(let version, let limit):
      "\(version): it was run, and had no answer within \(Self.time(limit)); sent again, it runs again"
    case .clientLeft(let version):
      "\(version): its client left while it waited, and it was not run"
    case .stopping:
      "the server is stopping; try again elsewhere or later"
    case .unsupported(let what):
      "\(what) is not supported"
    case .engine(let version, let reason):
      "\(version): the engine failed: \(reason)"
    case .load(let version, let path, let problem):
      "\(version): \(path): \(problem)"
    case .upstream(let version, let upstream, let problem):
      "\(version): upstream \(upstream) \(problem)"
    case .engineUnavailable(let reason):
      reason
    }
  }
}

extension InferenceError {
  private static func number(_ value: Double) -> String {
    value == value.rounded() && value < 1e15 ? "\(Int(value))" : "\(value)"
  }

  private static func seconds(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    return seconds < 1 ? "less than a second" : "\(Int(seconds.rounded(.up))) s"
  }

  /// In the unit in which it is a number that a person reads.
  static func time(_ duration: Duration) -> String {
    let microseconds = duration / .microseconds(1)
    return switch microseconds {
    case ..<1_000: "\(number(microseconds)) us"
    case ..<1_000_000: "\(number(microseconds / 1_000)) ms"
    default: "\(number(microseconds / 1_000_000)) s"
    }
  }

  /// Bytes as a person reads them.
  static func size(_ bytes: Int64) -> String {
    bytes < 10 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
  }
}

extension InferenceError.Absence {
  fileprivate var nameless: Self {
    if case .unloaded = self { .unloaded(by: nil) } else { self }
  }

  /// Why, and what to do next.
  package func words(_ version: ModelVersion) -> String {
    let order = "vigia model load \(version.model) \(version.version) --reason \"...\""
    return switch self {
    case .neverLoaded: "nobody has loaded it since the start; \(order)"
    case .loading: "it is being loaded; try again in a moment"
    case .unloaded(let by?): "\(by) unloaded it; \(order) brings it back"
    case .unloaded(nil): "it was unloaded; \(order) brings it back"
    case .left(returns: true):
      "it left memory so that others fit, and comes back for a request that names it; try again"
    case .left(returns: false):
      "it left memory so that others fit; \(order) brings it back"
    case .failed(let reason, isTriedAgain: true):
      "its last load failed: \(reason); it is tried again by itself until that is mended"
    case .failed(let reason, isTriedAgain: false):
      "its last load failed: \(reason); once that is mended, \(order)"
    }
  }
}

extension InferenceError.InvalidRequest: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missingInput(let name):
      "input \"\(name)\" is missing"
    case .unknownInput(let name, let known):
      "input \"\(name)\" is unknown; the model has \(Self.list(known))"
    case .unknownOutput(let name, let known):
      "output \"\(name)\" is unknown; the model has \(Self.list(known))"
    case .datatype(let input, let expected, let found):
      "input \"\(input)\": expected datatype \(expected), found \(found)"
    case .shape(let input, let expected, let found):
      "input \"\(input)\": expected shape \(WireError.text(expected)), found \(WireError.text(found))"
    case .elementCount(let input, let shape, let found):
      "input \"\(input)\": shape \(WireError.text(shape)), but data has \(found)"
    case .sharedDimension(let name, let input, let shape, let other, let otherShape):
      "input \"\(input)\" of shape \(WireError.text(shape)) and input \"\(other)\" of shape "
        + "\(WireError.text(otherShape)): expected the same length of \"\(name)\" in both"
    case .notText(let output, let element):
      "output \"\(output)\": element \(element) is not UTF-8, which JSON cannot carry; ask for the output in "
        + "binary form: \"outputs\":[{\"name\":\"\(output)\",\"parameters\":{\"binary_data\":true}}]"
    case .inputNotText(let input, let element):
      "input \"\(input)\": element \(element) is not UTF-8, which JSON cannot carry, and the server of this version "
        + "takes JSON alone; \(Self.jsonAlone)"
    case .inputNotFinite(let input, let element, let found):
      "input \"\(input)\": element \(element) is \(found), which JSON cannot carry, and the server of this version "
        + "takes JSON alone; \(Self.jsonAlone)"
    case .answerTooLarge(let output, let shape, let bytes, let limit):
      "output \"\(output)\" of shape \(WireError.text(shape)) takes \(Self.size(bytes)), and the outputs of one "
        + "request may take \(Self.size(limit)) together; ask for fewer rows or outputs, or have max_answer raised"
    case .replyTooLong(let output, let shape, let isBinary, let limit):
      "with output \"\(output)\" of shape \(WireError.text(shape)) the reply is longer than the "
        + "\(Self.size(limit)) that it may have; ask for fewer rows or outputs\(isBinary ? "" : ", or for binary form")"
        + ", or have max_answer raised"
    }
  }

  private static let jsonAlone =
    "send another value, or have `binary: true` set under its remotes where the server takes binary tensors"

  /// In the unit in which it is a number that a person reads.
  private static func size(_ bytes: Int) -> String {
    bytes < 10 << 10 ? "\(bytes) bytes" : InferenceError.size(Int64(clamping: bytes))
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}

extension InferenceError.LoadProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing:
      "expected a model file, found none"
    case .unreadable(let reason):
      "cannot be read: \(reason)"
    case .tooLarge(let bytes, let limit):
      "expected at most \(limit) bytes, found \(bytes)"
    case .changed(let expected, let found):
      "expected SHA-256 \(expected.prefix(12)), found \(found.prefix(12)): the file has changed; rescan the repository"
    case .replaced(let loaded, let found):
      "it serves, or a rollback goes to it, with SHA-256 \(loaded.prefix(12)), and the file is now "
        + "\(found.prefix(12)): what traffic depends on does not change in place; put the new file under a "
        + "new version number, and promote that"
    case .returned(let was, let found):
      "it was in memory with SHA-256 \(was.prefix(12)), and the file is now \(found.prefix(12)): requests do not bring "
        + "in other bytes; vigia model load does"
    case .refused(let reason):
      "expected an ONNX model, found a file that ONNX Runtime refuses: \(reason)"
    case .unsupported(let what, let advice):
      "\(what) is not served; \(advice)"
    case .warmUp(let reason):
      "it loads, but a run with zeros fails: \(reason)"
    case .notANumber(let output, let trials):
      "expected finite numbers, found NaN in \"\(output)\" for each of: \(trials); "
        + "load_check: { nan: warn } serves it all the same"
    case .check(let reason):
      "it was tried in a process of its own before: \(reason)"
    case .provider(let name, let reason, let available):
      "execution provider \"\(name)\": \(reason); this ONNX Runtime has "
        + "\(available.joined(separator: ", ")); name one of them, or set provider_fallback: true"
    case .remote(let reason):
      reason
    }
  }
}
