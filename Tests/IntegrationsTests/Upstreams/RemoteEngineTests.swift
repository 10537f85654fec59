import Domain
import Foundation
import Inference
import InferenceProtocol
import Integrations
import NIOHTTP1
import Testing

/// A remote version over servers that behave, and over servers that do not.
@Suite struct RemoteEngineTests {
  @Test(arguments: [RemoteSpec.Binary.never, .always])
  func `a request is answered by the upstream, with its own numbers`(
    _ binary: RemoteSpec.Binary
  ) async throws {
    let upstream = try await ScriptedUpstream.start()
    var spec = try RemoteBench.spec([upstream])
    spec.version = "7"
    spec.binary = binary
    spec.headers = [.init(name: "Authorization", value: "Bearer x")]
    let bench = RemoteBench(spec)
    let engine = try await bench.load()
    var job = RemoteBench.job(1, rows: 3, outputs: ["probabilities"])
    job.requestID = RequestID("0123456789ABCDEFGHJKMNPQRS")
    let outputs = try #require(await engine.answer(to: job).outputs)
    #expect(outputs.map(\.name) == ["probabilities"])
    #expect(outputs[0].shape == [3, 2])
    #expect(outputs[0].number(at: 1) == Double(Float(0.9)))
    let sent = try #require(upstream.inferences.last)
    #expect(sent.path == "/v2/models/there/versions/7/infer")
    #expect(sent.headers.first(name: "Authorization") == "Bearer x")
    #expect(sent.headers.first(name: "Vigia-Hops") == "1")
    #expect(sent.headers.first(name: "Vigia-Request-Id") == job.requestID?.description)
    let type = binary == .always ? "application/octet-stream" : "application/json"
    #expect(sent.headers.first(name: "Content-Type") == type)
    #expect(engine.statistics.inferenceCount == 3)
    #expect(engine.statistics.success.count == 1)
    #expect(engine.execution.hasPrefix("remote, http://127.0.0.1:"))
    await bench.end(engine)
    try await upstream.die()
  }

  /// The request that an upstream was sent last.
  private func lastRequest(_ upstream: ScriptedUpstream) throws -> InferRequest {
    let sent = try #require(upstream.inferences.last)
    let length = sent.headers.first(name: "Inference-Header-Content-Length").flatMap { Int($0) }
    return try InferRequest.parse(sent.body, headerLength: length)
  }

  @Test(arguments: [RemoteSpec.Binary.never, .always])
  func `parameters of the request and of its outputs go on, but for the form of the reply`(
    _ binary: RemoteSpec.Binary
  ) async throws {
    let upstream = try await ScriptedUpstream.start()
    var spec = try RemoteBench.spec([upstream])
    spec.binary = binary
    let bench = RemoteBench(spec)
    let plane = bench.plane()
    _ = try await plane.load(RemoteBench.version)
    var request = InferRequest(inputs: RemoteBench.job().inputs)
    request.parameters = [
      "priority": .integer(2), "timeout": .integer(9_000_000), "tenant": .string("north"),
      "threshold": .number(0.5), "explain": .bool(true), "binary_data_output": .bool(true),
    ]
    request.outputs = [
      .init(name: "probabilities", parameters: ["binary_data": .bool(true), "top": .integer(1)])
    ]
    let call = InferenceCall(
      model: "m", version: "2", request: request, client: "test",
      arrivedAt: Timestamp(seconds: 1))
    let reply = await withCheckedContinuation { continuation in
      plane.infer(call) { continuation.resume(returning: $0) }
    }
    #expect(try reply.get().response.outputs.map(\.name) == ["probabilities"])
    var sent = try lastRequest(upstream).parameters
    guard case .integer(let left)? = sent.removeValue(forKey: "timeout") else {
      Issue.record("no timeout was sent")
      return
    }
    // What is left of it: the request has been under way for a while.
    #expect((1..<9_000_000).contains(left))
    var expected = request.parameters
    expected["timeout"] = nil
    expected["binary_data_output"] = binary == .always ? .bool(true) : nil
    #expect(sent == expected)
    let asked = try #require(try lastRequest(upstream).outputs.first { $0.name == "probabilities" })
    #expect(asked.parameters == ["top": .integer(1)])
    plane.unload(RemoteBench.version, pinned: true)
    await bench.end(nil)
    try await upstream.die()
  }

  @Test func `a remote's own time is in force where it is longer than any other version's`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream], timeout: .seconds(3_600)))
    // A version that runs here would have no time at all.
    let plane = bench.plane(DataPlaneSettings(defaultTimeout: .zero))
    _ = try await plane.load(RemoteBench.version)
    func error(timeout: Int64?) async -> InferenceError? {
      var request = InferRequest(inputs: RemoteBench.job().inputs)
      request.parameters["timeout"] = timeout.map { .integer($0) }
      let call = InferenceCall(
        model: "m", version: "2", request: request, client: "test",
        arrivedAt: Timestamp(seconds: 1))
      let reply = await withCheckedContinuation { continuation in
        plane.infer(call) { continuation.resume(returning: $0) }
      }
      if case .failure(let error) = reply { return error }
      return nil
    }
    #expect(await error(timeout: nil) == nil)
    // The request's own is in force where it is shorter.
    #expect(await error(timeout: 1)?.outcome == .timedOut)
    plane.unload(RemoteBench.version, pinned: true)
    await bench.end(nil)
    try await upstream.die()
  }

  @Test func `two upstreams share the requests`() async throws {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    let bench = RemoteBench(try RemoteBench.spec(upstreams))
    let engine = try await bench.load()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<200 {
        group.addTask { await engine.answer(to: RemoteBench.job()).outputs != nil }
      }
      for await isAnswered in group { #expect(isAnswered) }
    }
    let counts = upstreams.map { $0.inferences.count - RemoteBench.warmUps }
    #expect(counts.reduce(0, +) == 200)
    #expect(counts.allSatisfy { $0 > 40 }, "\(counts)")
    await bench.end(engine)
    for upstream in upstreams { try await upstream.die() }
  }

  @Test(arguments: [
    (ScriptedUpstream.Action.trickle, "timed out"), (.silence, "timed out"),
    (.flood, "bad answer"), (ScriptedUpstream.json("{}"), "bad answer"),
    (ScriptedUpstream.json("garbage \u{1B}[2J"), "bad answer"),
    (
      ScriptedUpstream.json(
        #"{"model_name":"m","outputs":[{"name":"label","shape":[1,2],"datatype":"FP32","data":[1,1]}]}"#
      ), "bad answer"
    ),
    (
      ScriptedUpstream.json(
        #"{"model_name":"m","outputs":[{"name":"label","shape":[3,3],"datatype":"INT64","data":[1,1,1,1,1,1,1,1,1]}]}"#
      ), "bad answer"
    ),
    // Two rows for one.
    (
      ScriptedUpstream.json(
        #"{"model_name":"m","outputs":[{"name":"label","shape":[2],"datatype":"INT64","data":[1,1]},"#
          + #"{"name":"probabilities","shape":[1,2],"datatype":"FP32","data":[1,0]}]}"#),
      "bad answer"
    ),
    (
      ScriptedUpstream.json(
        #"{"model_name":"m","outputs":[{"name":"label","shape":[1],"datatype":"INT64","data":[1]},"#
          + #"{"name":"probabilities","shape":[2,2],"datatype":"FP32","data":[1,0,1,0]}]}"#),
      "bad answer"
    ),
    (ScriptedUpstream.json(#"{"error":"boom"}"#, status: 500), "server error"),
    (ScriptedUpstream.json(#"{"error":"busy"}"#, status: 503), "overloaded"),
    (.rawThenClose(""), "lost"), (.rawThenClose("HTTP/1.1 200 OK\r\nContent-Le"), "lost"),
    (.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"mo"), "lost"),
    (.rawThenClose("not http at all\r\n\r\n"), "lost"),
  ])
  func `an upstream that misbehaves costs its request, named and counted, and nothing hangs`(
    _ action: ScriptedUpstream.Action, _ reason: String
  ) async throws {
    let upstream = try await ScriptedUpstream.start()
    var limits = UpstreamClient.Limits()
    limits.reply = 4 << 20
    let bench = RemoteBench(try RemoteBench.spec([upstream]), limits: limits)
    let engine = try await bench.load()
    upstream.script { $0.path.hasSuffix("/infer") ? action : nil }
    // Where the time is not what is tested, a busy machine must not run out of it.
    let timeout = reason == "timed out" ? Duration.milliseconds(300) : .seconds(30)
    let (answer, unsent) = await engine.answer(within: timeout, by: [upstream])
    let error = try #require(answer.error)
    #expect(error.description.contains(upstream.url))
    #expect(!error.description.unicodeScalars.contains("\u{1B}"))
    #expect(engine.upstreams[0].failures == [reason: 1])
    #expect(engine.statistics.failure.count == UInt64(1 + unsent))
    upstream.script { _ in nil }
    #expect(await engine.answer(to: RemoteBench.job()).outputs != nil)
    #expect(engine.upstreams[0].inFlight == 0)
    await bench.end(engine)
    #expect(bench.client.bytesHeld == 0)
    try await upstream.die()
  }

  @Test(arguments: [
    (400, 400), (422, 400), (404, 502), (429, 503), (500, 502), (503, 503), (504, 504),
  ])
  func `an upstream's refusal keeps its meaning`(_ theirs: Int, _ ours: Int) async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    upstream.script { request in
      request.path.hasSuffix("/infer")
        ? ScriptedUpstream.json(#"{"detail":"not today"}"#, status: theirs) : nil
    }
    let error = try #require(await engine.answer(to: RemoteBench.job()).error)
    #expect(error.status == ours)
    // It says itself, by Retry-After, that it did nothing: without that it may have run the request.
    #expect(error.retryAfterSeconds == (theirs == 429 ? 1 : nil))
    #expect(error.description.hasSuffix("answered \(theirs): not today"))
    await bench.end(engine)
    try await upstream.die()
  }

  @Test(arguments: [
    ("7", 7), ("0", 1), ("-3", 1), ("86400", 3_600), ("Wed, 21 Oct 2026 07:28:00 GMT", 1),
  ])
  func `when to try again is the upstream's word, within an hour`(
    _ theirs: String, _ ours: Int
  ) async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    for status in [429, 503] {
      upstream.script { request in
        request.path.hasSuffix("/infer")
          ? .reply(status: status, headers: ["Retry-After": theirs], body: Array("busy".utf8)) : nil
      }
      let error = try #require(await engine.answer(to: RemoteBench.job()).error)
      #expect(error.retryAfterSeconds == ours)
    }
    await bench.end(engine)
    try await upstream.die()
  }

  @Test
  func `what JSON cannot carry is refused, and not changed on its way to who takes JSON alone`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start()
    var spec = try RemoteBench.spec([upstream])
    spec.binary = .never
    let bench = RemoteBench(spec)
    let engine = try await bench.load()
    let before = upstream.inferences.count
    var text = RemoteBench.job()
    text.inputs = [
      Tensor(
        name: "X", datatype: .bytes, shape: [1, 2],
        storage: .strings([Array("é".utf8), [0xff, 0xfe]]))
    ]
    var infinite = RemoteBench.job()
    infinite.inputs.insert(Tensor(name: "W", shape: [2], fp32: [1, -.infinity]), at: 0)
    for (job, problem) in [
      (text, .inputNotText("X", element: 1)),
      (RemoteBench.job(.nan), .inputNotFinite("X", element: 0, found: "NaN")),
      (infinite, .inputNotFinite("W", element: 1, found: "-Infinity")),
    ] as [(EngineJob, InferenceError.InvalidRequest)] {
      #expect(await engine.answer(to: job).error == .invalid(problem))
    }
    #expect(
      InferenceError.InvalidRequest.inputNotFinite("X", element: 0, found: "NaN").description
        == "input \"X\": element 0 is NaN, which JSON cannot carry, and the server of this version takes JSON alone; "
        + "send another value, or have `binary: true` set under its remotes where the server takes binary tensors"
    )
    #expect(upstream.inferences.count == before)
    #expect(engine.upstreams[0].failures.isEmpty)
    #expect(engine.statistics.failure.count == 3)
    // Its place with the upstream is free again.
    #expect(engine.upstreams[0].inFlight == 0)
    #expect(await engine.answer(to: RemoteBench.job()).outputs != nil)
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `a request's own short timeout says nothing of the upstream`() async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    func answer() async -> EngineAnswer {
      var job = RemoteBench.job(timeout: .milliseconds(20))
      job.lastDeadline = .now + .seconds(30)
      return await engine.answer(to: job)
    }
    let before = upstream.inferences.count
    upstream.script { $0.path.hasSuffix("/infer") ? .silence : nil }
    // On a busy machine a time may be over on the way there.
    while upstream.inferences.count < before + 8 {
      let error = try #require(await answer().error)
      switch error {
      case .upstream(_, _, let problem):
        #expect(problem == .noAnswer(within: .milliseconds(20), isRequestsLimit: true))
        #expect(
          problem.description
            == "gave no answer within 20 ms, the request's own timeout; give it more")
      default: #expect(error.outcome == .timedOut)
      }
    }
    for status in [503, 504] {
      upstream.script {
        $0.path.hasSuffix("/infer")
          ? ScriptedUpstream.json(#"{"error":"late"}"#, status: status) : nil
      }
      for _ in 0..<8 { _ = await answer() }
    }
    #expect(engine.upstreams[0].failures.isEmpty)
    #expect(engine.upstreams[0].state == .healthy)
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `a request that could not be sent goes to another upstream`() async throws {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    let bench = RemoteBench(try RemoteBench.spec(upstreams))
    let engine = try await bench.load()
    let name = upstreams[0].url
    try await upstreams[0].die()
    // Connections that were open end as lost, once; from then on nobody listens.
    while engine.upstreams[0].failures.isEmpty { _ = await engine.answer(to: RemoteBench.job()) }
    for _ in 0..<50 { #expect(await engine.answer(to: RemoteBench.job()).outputs != nil) }
    let dead = try #require(engine.upstreams.first)
    guard case .ejected(_, let reason) = dead.state else {
      Issue.record("expected an ejection, found \(dead.state)")
      return
    }
    #expect(reason.hasSuffix("failures in a row"))
    #expect(bench.log.all.contains { $0.contains("\(name) is left out for 10 s") })
    await bench.end(engine)
    try await upstreams[1].die()
  }

  @Test func `with one upstream ejected and the other gone, the ejected one that is well answers`()
    async throws
  {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    var rules = EjectionRules()
    rules.baseTime = .seconds(3_600)
    rules.longestTime = .seconds(3_600)
    let bench = RemoteBench(try RemoteBench.spec(upstreams), rules: rules)
    let engine = try await bench.load()
    upstreams[0].script {
      $0.path.hasSuffix("/infer") ? ScriptedUpstream.json(#"{"error":"boom"}"#, status: 500) : nil
    }
    func isEjected() -> Bool {
      if case .ejected = engine.upstreams[0].state { true } else { false }
    }
    while !isEjected() { _ = await engine.answer(to: RemoteBench.job()) }
    upstreams[0].script { _ in nil }
    try await upstreams[1].die()
    // Connections that were open end as lost; from then on nobody listens, and no check has found that out yet.
    while engine.upstreams[1].failures["unreachable"] == nil {
      _ = await engine.answer(to: RemoteBench.job())
    }
    for _ in 0..<20 { #expect(await engine.answer(to: RemoteBench.job()).outputs != nil) }
    #expect(engine.upstreams[1].state == .healthy)
    await bench.end(engine)
    try await upstreams[0].die()
  }

  @Test func `a 503 with Retry-After is asked of another upstream, once`() async throws {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    var rules = EjectionRules()
    rules.consecutiveFailures = 1_000
    let bench = RemoteBench(try RemoteBench.spec(upstreams), rules: rules)
    let engine = try await bench.load()
    let busy = ScriptedUpstream.Action.reply(
      status: 503, headers: ["Retry-After": "1"], body: Array(#"{"error":"full"}"#.utf8))
    upstreams[0].script { $0.path.hasSuffix("/infer") ? busy : nil }
    for _ in 0..<20 { #expect(await engine.answer(to: RemoteBench.job()).outputs != nil) }
    upstreams[1].script { $0.path.hasSuffix("/infer") ? busy : nil }
    let before = upstreams.map(\.inferences.count).reduce(0, +)
    let error = await engine.answer(to: RemoteBench.job()).error
    #expect(error?.status == 503)
    #expect(error?.retryAfterSeconds == 1)
    #expect(upstreams.map(\.inferences.count).reduce(0, +) == before + 2)
    await bench.end(engine)
    for upstream in upstreams { try await upstream.die() }
  }

  @Test(arguments: [ScriptedUpstream.Action.silence, .rawThenClose("")])
  func `what may have been performed is sent once`(
    _ action: ScriptedUpstream.Action
  ) async throws {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    let bench = RemoteBench(try RemoteBench.spec(upstreams))
    let engine = try await bench.load()
    let before = upstreams.map(\.inferences.count).reduce(0, +)
    for upstream in upstreams { upstream.script { $0.path.hasSuffix("/infer") ? action : nil } }
    let error = await engine.answer(within: .milliseconds(200), by: upstreams).answer.error
    #expect([502, 504].contains(error?.status))
    #expect(error?.retryAfterSeconds == nil)
    #expect(upstreams.map(\.inferences.count).reduce(0, +) == before + 1)
    await bench.end(engine)
    for upstream in upstreams { try await upstream.die() }
  }

  @Test(arguments: [true, false])
  func `a full queue turns requests away, and what waits can be withdrawn`(
    isByRows: Bool
  ) async throws {
    let upstream = try await ScriptedUpstream.start()
    var queue = RemoteQueue.Limits()
    let bytes = RemoteBench.job().inputBytes
    if isByRows { queue.rows = 3 } else { queue.bytes = 4 * bytes - 1 }
    let bench = RemoteBench(try RemoteBench.spec([upstream], maxInFlight: 1), queue: queue)
    let engine = try await bench.load()
    upstream.script { $0.path.hasSuffix("/infer") ? .silence : nil }
    let inbox = AsyncStream<EngineAnswer>.makeStream()
    let submit: @Sendable () -> Void = {
      engine.submit(RemoteBench.job()) { inbox.continuation.yield($0) }
    }
    submit()
    // The one place is taken, and the upstream has the request, before the others come.
    while upstream.inferences.count <= RemoteBench.warmUps { await Task.yield() }
    for _ in 0..<4 { submit() }
    var answers = inbox.stream.makeAsyncIterator()
    switch await answers.next()?.error {
    case .queueFull(_, 3, _, 3, _)? where isByRows: break
    case .queueBytesFull(_, 3 * bytes, 4 * bytes - 1, _)? where !isByRows: break
    case let other: Issue.record("expected a full queue, found \(String(describing: other))")
    }
    #expect(engine.queueDepth == 3)
    engine.withdrawQueued()
    for _ in 0..<3 { #expect(await answers.next()?.isWithdrawn == true) }
    // The one that is with the upstream stays there, until it is lost.
    #expect(engine.upstreams[0].inFlight == 1)
    try await upstream.die()
    guard case .lost? = await answers.next()?.problem else {
      Issue.record("expected what was under way to be lost")
      return
    }
    #expect(engine.queueDepth == 0)
    await bench.end(engine)
  }

  @Test func `a request that waits for longer than the queue lets it is answered, and not sent`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start()
    let policy = QueuePolicy(timeout: .milliseconds(20), priorityLevels: 2)
    let bench = RemoteBench(
      try RemoteBench.spec([upstream], timeout: .seconds(3_600), maxInFlight: 1),
      queue: RemoteQueue.Limits(policy: policy))
    let engine = try await bench.load()
    #expect(engine.queuePolicy == policy)
    upstream.script { $0.path.hasSuffix("/infer") ? .silence : nil }
    engine.submit(RemoteBench.job(timeout: .seconds(3_600))) { _ in }
    while upstream.inferences.count <= RemoteBench.warmUps { await Task.yield() }
    let late = await engine.answer(to: RemoteBench.job(timeout: .seconds(3_600)))
    #expect(late.error == .timedOut(RemoteBench.version, after: .milliseconds(20)))
    #expect(upstream.inferences.count == RemoteBench.warmUps + 1)
    #expect(engine.queueDepth == 0)
    try await upstream.die()
    await bench.end(engine)
  }

  @Test func `a request that waits past its deadline is answered, and not sent`() async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream], maxInFlight: 1))
    let engine = try await bench.load()
    upstream.script { $0.path.hasSuffix("/infer") ? .silence : nil }
    engine.submit(RemoteBench.job()) { _ in }
    while upstream.inferences.count <= RemoteBench.warmUps { await Task.yield() }
    let late = await engine.answer(to: RemoteBench.job(timeout: .milliseconds(100)))
    #expect(late.error == .timedOut(RemoteBench.version, after: .milliseconds(100)))
    #expect(late.error?.status == 503 && late.error?.retryAfterSeconds == 1)
    #expect(upstream.inferences.count == RemoteBench.warmUps + 1)
    try await upstream.die()
    await bench.end(engine)
  }

  @Test func `a request whose client leaves is taken from its upstream, which is not to blame`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start()
    var rules = EjectionRules()
    rules.consecutiveFailures = 1
    let bench = RemoteBench(
      try RemoteBench.spec([upstream], timeout: .seconds(3_600)), rules: rules)
    let plane = bench.plane()
    _ = try await plane.load(RemoteBench.version)
    upstream.script { $0.path.hasSuffix("/infer") ? .silence : nil }
    let before = upstream.inferences.count
    let client = ClientPresence()
    var call = InferenceCall(
      model: "m", version: "2", request: InferRequest(inputs: RemoteBench.job().inputs),
      client: "test", arrivedAt: Timestamp(seconds: 1))
    call.presence = client
    let replies = AsyncStream<Result<InferenceReply, InferenceError>>.makeStream()
    for _ in 0..<10 { plane.infer(call) { replies.continuation.yield($0) } }
    while upstream.inferences.count < before + 10 { await Task.yield() }
    client.leave()
    var answers = replies.stream.makeAsyncIterator()
    for _ in 0..<10 {
      guard case .failure(let error)? = await answers.next() else {
        Issue.record("expected no answer")
        return
      }
      #expect(error == .upstream(RemoteBench.version, upstream: upstream.url, .clientLeft))
      #expect(error.outcome == .cancelled)
      #expect(error.retryAfterSeconds == nil)
    }
    let status = try #require(plane.status(of: RemoteBench.version).upstreams?.first)
    #expect(status.failures.isEmpty && status.inFlight == 0 && status.state == .healthy)
    #expect(plane.refusals["m"]?.isEmpty == true)
    // Nor does its connection go on.
    while upstream.connections > 0 { await Task.yield() }
    plane.unload(RemoteBench.version, pinned: true)
    await bench.end(nil)
    try await upstream.die()
  }

  @Test func `what waits for clients that left makes room, and is never sent`() async throws {
    let upstream = try await ScriptedUpstream.start()
    var queue = RemoteQueue.Limits()
    queue.rows = 3
    let bench = RemoteBench(
      try RemoteBench.spec([upstream], timeout: .seconds(3_600), maxInFlight: 1), queue: queue)
    let engine = try await bench.load()
    let before = upstream.inferences.count
    upstream.script { $0.path.hasSuffix("/infer") ? .silence : nil }
    let stays = ClientPresence()
    engine.submit(RemoteBench.job(timeout: .seconds(3_600), of: stays)) { _ in }
    while upstream.inferences.count == before { await Task.yield() }
    // The one place stays taken: whoever waits leaves without a turn.
    let inbox = AsyncStream<EngineAnswer>.makeStream()
    let leaves = ClientPresence()
    for _ in 0..<3 {
      engine.submit(RemoteBench.job(timeout: .seconds(3_600), of: leaves)) {
        inbox.continuation.yield($0)
      }
    }
    #expect(engine.queueDepth == 3)
    leaves.leave()
    var answers = inbox.stream.makeAsyncIterator()
    for _ in 0..<3 {
      #expect(await answers.next()?.error == .clientLeft(RemoteBench.version))
    }
    #expect(engine.queueDepth == 0)
    #expect(upstream.inferences.count == before + 1)
    // The next has the place as soon as the one that has it leaves, too.
    upstream.script { _ in nil }
    async let answer = engine.answer(to: RemoteBench.job(timeout: .seconds(3_600)))
    stays.leave()
    #expect(await answer.outputs != nil)
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `a request that went in a circle goes no further`() async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    let answer = await engine.answer(to: RemoteBench.job(hops: RemoteEngine.hopsMax))
    #expect(answer.problem == .loop(hops: RemoteEngine.hopsMax))
    #expect(answer.error?.status == 508)
    #expect(upstream.inferences.count == RemoteBench.warmUps)
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `an operator ejects an upstream and brings it back`() async throws {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    let bench = RemoteBench(try RemoteBench.spec(upstreams))
    let engine = try await bench.load()
    try engine.eject(upstream: upstreams[0].url, for: .seconds(60))
    for _ in 0..<20 { _ = await engine.answer(to: RemoteBench.job()) }
    #expect(upstreams.map { $0.inferences.count - RemoteBench.warmUps } == [0, 20])
    #expect(throws: InferenceError.self) {
      try engine.eject(upstream: upstreams[1].url, for: .seconds(60))
    }
    let last = engine.obstacle(toEjecting: upstreams[1].url, for: .seconds(60))
    #expect(last?.description.contains("is the last one left") == true)
    #expect(engine.obstacle(toEjecting: upstreams[0].url, for: .zero) == nil)
    #expect(throws: InferenceError.self) { try engine.eject(upstream: "http://x", for: .zero) }
    try engine.eject(upstream: upstreams[0].url, for: .zero)
    for _ in 0..<20 { _ = await engine.answer(to: RemoteBench.job()) }
    #expect(upstreams[0].inferences.count > RemoteBench.warmUps)
    await bench.end(engine)
    for upstream in upstreams { try await upstream.die() }
  }

  @Test func `a version whose upstreams all fail their checks is not ready, and says why`()
    async throws
  {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    let bench = RemoteBench(try RemoteBench.spec(upstreams, health: .milliseconds(20)))
    let plane = bench.plane()
    _ = try await plane.load(RemoteBench.version)
    try plane.apply(
      Deployment(
        model: "m", revision: 1, champion: "2", championSince: Timestamp(seconds: 0),
        challenger: nil, shadow: nil))
    func isReady() -> [Bool] {
      [
        plane.isReady, plane.isReady(model: "m", version: nil),
        plane.isReady(model: "m", version: "2"),
      ]
    }
    let sick: ScriptedUpstream.Script = { request in
      request.path.hasSuffix("/ready") ? .reply(status: 503, body: []) : nil
    }
    func isHealthy(_ index: Int) -> Bool {
      plane.status(of: RemoteBench.version).upstreams?[index].state == .healthy
    }
    upstreams[0].script(sick)
    while isHealthy(0) { await Task.yield() }
    #expect(isReady() == [true, true, true])
    #expect(plane.repositoryIndex().map(\.state) == [.ready])
    upstreams[1].script(sick)
    while isHealthy(1) { await Task.yield() }
    #expect(isReady() == [false, false, false])
    let entry = try #require(plane.repositoryIndex().first)
    #expect(entry.state == .unavailable)
    #expect(
      entry.reason
        == "none of its upstreams is well: \(upstreams[0].url): its health check answers 503; "
        + "\(upstreams[1].url): its health check answers 503")
    upstreams[1].script { _ in nil }
    while !isHealthy(1) { await Task.yield() }
    #expect(isReady() == [true, true, true])
    plane.unload(RemoteBench.version, pinned: true)
    await bench.end(nil)
    for upstream in upstreams { try await upstream.die() }
  }

  @Test func `health checks pass an upstream over and bring it back`() async throws {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    let bench = RemoteBench(try RemoteBench.spec(upstreams, health: .milliseconds(20)))
    let engine = try await bench.load()
    upstreams[0].script { request in
      request.path.hasSuffix("/ready") ? .reply(status: 503, body: []) : nil
    }
    while engine.upstreams[0].state == .healthy { await Task.yield() }
    #expect(
      engine.upstreams[0].state == .unhealthy(reason: "its health check answers 503"))
    let before = upstreams[0].inferences.count
    for _ in 0..<20 { #expect(await engine.answer(to: RemoteBench.job()).outputs != nil) }
    #expect(upstreams[0].inferences.count == before)
    upstreams[0].script { _ in nil }
    while engine.upstreams[0].state != .healthy { await Task.yield() }
    await bench.end(engine)
    for upstream in upstreams { try await upstream.die() }
  }
}
