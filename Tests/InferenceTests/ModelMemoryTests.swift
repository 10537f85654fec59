import Domain
import InferenceProtocol
import Testing

@testable import Inference

/// A budget for what is in memory: pins stay, the least recently used leave, and come back when they are named.
@Suite struct ModelMemoryTests {
  @Test func `the least recently used leaves when the budget is spent, and comes back when named`()
    async throws
  {
    let shelf = try Shelf(versions: 4, budget: 300)
    try await shelf.serve("m1", "1")
    for version in ["2", "3"] {
      shelf.advance(.seconds(1))
      #expect(await shelf.infer("m1", version).success != nil)
    }
    shelf.advance(.seconds(1))
    #expect(await shelf.infer("m1", "2").success?.version.version == "2")
    shelf.advance(.seconds(1))
    #expect(await shelf.infer("m1", "4").success != nil)
    #expect(!shelf.isLoaded("m1", "3"), "it was used before 2")
    #expect(shelf.isLoaded("m1", "1") && shelf.isLoaded("m1", "2"))
    shelf.advance(.seconds(1))
    #expect(await shelf.infer("m1", "3").success?.variant == .direct)
    #expect(shelf.loads("m1", "3") == 2)
    #expect(
      shelf.plane.memory
        == ModelMemory(budget: 300, used: 300, pinned: 100, evictions: 2, returns: 4))
  }

  @Test func `what leaves is given back once its requests have left it`() async throws {
    let shelf = try Shelf(versions: 3, budget: 200)
    try await shelf.serve("m1", "1")
    _ = await shelf.infer("m1", "2")
    shelf.advance(.seconds(1))
    _ = await shelf.infer("m1", "3")
    while !shelf.isReleased("m1", "2") { await Task.yield() }
    #expect(!shelf.isReleased("m1", "1"))
  }

  @Test func `champion, shadow and rollback target stay, whatever else is loaded`() async throws {
    let shelf = try Shelf(versions: 5, budget: 300)
    try await shelf.serve("m1", "2", former: ["1"])
    for version in ["3", "4", "5"] {
      shelf.advance(.seconds(1))
      #expect(await shelf.infer("m1", version).success != nil)
    }
    #expect(shelf.isLoaded("m1", "1") && shelf.isLoaded("m1", "2") && shelf.isLoaded("m1", "5"))
    #expect(shelf.plane.unload(ModelVersion(model: "m1", version: "1")) == false)
  }

  @Test func `a version that does not fit beside what must stay is refused with the figures`()
    async throws
  {
    let shelf = try Shelf(versions: 3, bytes: 100 << 20, budget: 250 << 20)
    try await shelf.serve("m1", "2", former: ["1"])
    let error = await shelf.infer("m1", "3").failure
    #expect(error?.status == 503 && error?.retryAfterSeconds == nil)
    #expect(
      error?.description
        == "m1@3 is not loaded: it needs 100 MiB, and of a budget of 250 MiB versions that must "
        + "stay take 200 MiB; raise model_memory")
    #expect(shelf.plane.status(of: ModelVersion(model: "m1", version: "3")).state == .unloaded)
    _ = await shelf.infer("m1", "3")
    #expect(shelf.loads("m1", "3") == 1, "what it takes is known from the first time")
  }

  @Test func `a rescue's load is never refused for want of room, and the excess is told`()
    async throws
  {
    let shelf = try Shelf(versions: 3, bytes: 100 << 20, budget: 100 << 20)
    try await shelf.serve("m1", "2", former: ["1"])
    _ = try await shelf.plane.load(ModelVersion(model: "m1", version: "3"))
    #expect(shelf.isLoaded("m1", "3"))
    #expect(
      shelf.plane.memory.excess
        == "models take 300 MiB of a budget of 100 MiB, 200 MiB of it for versions that must stay; "
        + "raise model_memory")
  }

  @Test func `a person's load of what nothing needs is refused where it does not fit`()
    async throws
  {
    let shelf = try Shelf(versions: 3, bytes: 100 << 20, budget: 250 << 20, wereLoaded: false)
    try await shelf.serve("m1", "2", former: ["1"])
    let version = ModelVersion(model: "m1", version: "3")
    let refusal = InferenceError.noRoom(
      version, needed: 100 << 20, pinned: 200 << 20, budget: 250 << 20)
    await #expect(throws: refusal) { try await shelf.plane.load(version, mustFit: true) }
    #expect(!shelf.isLoaded("m1", "3"))
    #expect(shelf.plane.memory.excess == nil)
    let why = shelf.plane.repositoryIndex().first { $0.version == "3" }?.reason
    #expect(why?.contains("it needs 100 MiB, and of a budget of 250 MiB") == true)
    for needed in ["1", "2"] {
      let version = ModelVersion(model: "m1", version: needed)
      _ = try await shelf.plane.load(version, mustFit: true)
    }
  }

  @Test func `versions of a deployment to come are pinned while they are loaded`() async throws {
    let shelf = try Shelf(versions: 3, budget: 100)
    shelf.plane.pin(Shelf.deployment("m1", "2", former: ["1"]))
    for version in ["2", "1"] {
      _ = try await shelf.plane.load(ModelVersion(model: "m1", version: version))
    }
    try shelf.plane.apply(Shelf.deployment("m1", "2", former: ["1"]))
    #expect(shelf.isLoaded("m1", "1") && shelf.isLoaded("m1", "2"))
  }

  @Test func `requests that wait for one version share one load`() async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    shelf.hold()
    let answers = Inbox<Bool>()
    for _ in 0..<20 {
      shelf.plane.infer(shelf.call("m1", "2")) { answers.put($0.success != nil) }
    }
    while shelf.loads("m1", "2") == 0 { await Task.yield() }
    #expect(answers.values.isEmpty)
    shelf.letGo()
    while answers.values.count < 20 { await Task.yield() }
    #expect(answers.values.allSatisfy { $0 })
    #expect(shelf.loads("m1", "2") == 1)
  }

  @Test func `a failure is a 503 with the reason, and is not tried again at once`() async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    shelf.set(failure: "no such operator")
    for _ in 0..<3 {
      let error = await shelf.infer("m1", "2").failure
      #expect(error?.status == 503)
      #expect(error?.description.contains("no such operator") == true)
      #expect(error?.retryAfterSeconds == 10)
    }
    #expect(shelf.loads("m1", "2") == 1)
    shelf.set(failure: nil)
    shelf.advance(.seconds(11))
    #expect(await shelf.infer("m1", "2").success != nil)
  }

  @Test(arguments: [(2, 1 << 20), (256, 50)])
  func `no more requests wait than may, by number and by bytes`(
    number: Int, bytes: Int
  ) async throws {
    let shelf = try Shelf(versions: 2, returnQueue: number, returnQueueBytes: bytes)
    try await shelf.serve("m1", "1")
    shelf.hold()
    let answers = Inbox<InferenceError?>()
    for _ in 0..<3 { shelf.plane.infer(shelf.call("m1", "2")) { answers.put($0.failure) } }
    while answers.values.isEmpty { await Task.yield() }
    #expect(answers.values == [.notLoaded(ModelVersion(model: "m1", version: "2"), .loading)])
    #expect(answers.values[0]?.retryAfterSeconds == 1)
    shelf.letGo()
    while answers.values.count < 3 { await Task.yield() }
    #expect(answers.values.dropFirst().allSatisfy { $0 == nil })
  }

  @Test func `a request waits no longer than its own deadline`() async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    shelf.hold()
    var call = shelf.call("m1", "2")
    call.request.parameters["timeout"] = .integer(2_000)
    let answer = await withCheckedContinuation { continuation in
      shelf.plane.infer(call) { continuation.resume(returning: $0) }
    }
    #expect(
      answer.failure
        == .timedOut(ModelVersion(model: "m1", version: "2"), after: .microseconds(2_000)))
    shelf.letGo()
  }

  @Test func `versions that are wanted together do not take each other's room while others can go`()
    async throws
  {
    let shelf = try Shelf(models: 2, versions: 2, budget: 300, wereLoaded: false)
    try await shelf.serve("m2", "1")
    _ = try await shelf.plane.load(ModelVersion(model: "m2", version: "2"))
    let load = { (version: String) in
      _ = try await shelf.plane.load(
        ModelVersion(model: "m1", version: version), mustFit: true, together: ["1", "2"])
    }
    try await load("1")
    shelf.advance(.seconds(1))
    // The other model's version is the one used last.
    #expect(await shelf.infer("m2", "2").success != nil)
    shelf.advance(.seconds(1))
    try await load("2")
    #expect(shelf.isLoaded("m1", "1") && shelf.isLoaded("m1", "2"))
    #expect(!shelf.isLoaded("m2", "2"))
  }

  @Test(arguments: [(300, true), (299, false)])
  func `versions of a model fit together beside what must stay, or do not`(
    budget: Int64, fits: Bool
  ) async throws {
    let shelf = try Shelf(models: 2, versions: 2, budget: budget)
    try await shelf.serve("m2", "1")
    for version in ["1", "2"] {
      _ = try await shelf.plane.load(ModelVersion(model: "m1", version: version))
    }
    #expect(shelf.plane.versionsFitTogether("m1") == fits)
  }

  @Test func `a request whose version lost its room before it got in waits for it once more`()
    async throws
  {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    let call = shelf.call("m1", "2")
    let route = try #require(shelf.plane.routes.models["m1"])
    let result = await withCheckedContinuation { continuation in
      let admission = Admission(
        plane: shelf.plane, call: call, id: shelf.plane.newRequestID(at: call.arrivedAt),
        route: route
      ) { result, _ in continuation.resume(returning: result) }
      shelf.plane.startAgain(admission)
    }
    #expect(result.success?.version == ModelVersion(model: "m1", version: "2"))
  }

  @Test func `what a person took out stays out until a person loads it`() async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    let version = ModelVersion(model: "m1", version: "2")
    _ = await shelf.infer("m1", "2")
    #expect(shelf.plane.unload(version))
    #expect(await shelf.infer("m1", "2").failure == .notLoaded(version, .unloaded(by: nil)))
    _ = try await shelf.plane.load(version)
    #expect(await shelf.infer("m1", "2").success != nil)
  }

  @Test func `a request brings nothing in that was not in memory before`() async throws {
    let shelf = try Shelf(versions: 3, budget: 200, wereLoaded: false)
    try await shelf.serve("m1", "1")
    let version = ModelVersion(model: "m1", version: "2")
    #expect(await shelf.infer("m1", "2").failure == .notLoaded(version))
    #expect(shelf.loads("m1", "2") == 0)
    _ = try await shelf.plane.load(version)
    shelf.advance(.seconds(1))
    _ = try await shelf.plane.load(ModelVersion(model: "m1", version: "3"))
    #expect(!shelf.isLoaded("m1", "2"))
    #expect(await shelf.infer("m1", "2").success != nil)
  }

  @Test func `a request does not bring in other bytes than those that left`() async throws {
    let shelf = try Shelf(versions: 3, budget: 200)
    try await shelf.serve("m1", "1")
    #expect(await shelf.infer("m1", "2").success != nil)
    shelf.advance(.seconds(1))
    #expect(await shelf.infer("m1", "3").success != nil)
    #expect(!shelf.isLoaded("m1", "2"))
    try shelf.overwrite("m1", "2", with: "another")
    let error = await shelf.infer("m1", "2").failure
    #expect(error?.status == 503)
    #expect(error?.description.contains("requests do not bring in other bytes") == true)
    #expect(shelf.loads("m1", "2") == 1)
    _ = try await shelf.plane.load(ModelVersion(model: "m1", version: "2"))
    #expect(await shelf.infer("m1", "2").success != nil)
  }

  @Test func `without the setting nothing comes back by itself`() async throws {
    let shelf = try Shelf(versions: 2, onDemand: false)
    try await shelf.serve("m1", "1")
    let error = await shelf.infer("m1", "2").failure
    #expect(error == .notLoaded(ModelVersion(model: "m1", version: "2"), .left(returns: false)))
    #expect(error?.retryAfterSeconds == nil)
  }

  @Test func `twenty models of five versions stand side by side within a budget`() async throws {
    let shelf = try Shelf(models: 20, versions: 5, budget: 3_000)
    for model in 1...20 { try await shelf.serve("m\(model)", "5") }
    for version in 1...5 {
      for model in 1...20 {
        shelf.advance(.milliseconds(1))
        let reply = await shelf.infer("m\(model)", "\(version)").success
        #expect(reply?.version == ModelVersion(model: "m\(model)", version: "\(version)"))
      }
    }
    let memory = shelf.plane.memory
    #expect(memory.used == 3_000 && memory.pinned == 2_000)
    #expect(memory.returns == 80 && memory.evictions == 70)
    for model in 1...20 { #expect(await shelf.infer("m\(model)", nil).success != nil) }
  }

  @Test func `a version unlike the champion says so where its state is shown`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    #expect(bench.plane.status(of: Bench.version("1")).warnings.isEmpty)
    let one = FakeModel.signature
    var other = one
    other.outputs[1].shape = [-1, 3]
    #expect(
      other.difference(from: one) == "\"probabilities\": FP32 [-1,3], not FP32 [-1,2]")
  }
}
