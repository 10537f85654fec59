import ArgumentParser
import Domain

/// `vigia pin MODEL VERSION`: one version answers everything.
struct PinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Send all of a model's traffic to one version, or end that.",
    discussion: """
      Champion, challenger and history stay as they are: when the pin is lifted the split decides again. A rollback \
      lifts it; promotions are refused while it stands. A version that is neither the champion nor where a rollback \
      goes has to pass the preflight of a promotion.

        vigia pin electricity 1 --reason "2 times out; 1 answers until it is understood"
        vigia pin electricity --off --reason "fixed"
      """)
  @Argument(help: "The model's name.") var model: String
  @Argument(help: "The version that answers.") var version: String?
  @Flag(help: "Let the split decide again.") var off = false
  @Flag(help: "Go on although the preflight did not pass; the ledger says so.")
  var unverified = false
  @OptionGroup var steering: SteeringOptions

  func run() async throws {
    switch (version, off) {
    case (let version?, false):
      try await steering.send(
        .pin(model: model, version: version, verification: unverified ? .waived : .required))
    case (nil, true): try await steering.send(.unpin(model: model))
    default: throw CommandFailure.usage("name a version, or --off to lift the pin: one of the two")
    }
  }
}

/// Whose requests a limit counts.
struct ScopeOptions: ParsableArguments {
  @Option(help: "Only this client: its token's name; without tokens, the one in X-Vigia-Client.")
  var client: String?
  @Flag(help: "Each client by itself; without it and --client, all together.")
  var eachClient = false

  func scope() throws -> TrafficLimit.Scope {
    guard let client else { return eachClient ? .eachClient : .all }
    guard !eachClient else {
      throw CommandFailure.usage("--client and --each-client exclude each other")
    }
    guard let scope = TrafficLimit.Scope.named(client) else {
      throw CommandFailure.usage("a client's name is \(TrafficLimit.Scope.clientForm)")
    }
    return scope
  }
}

/// `vigia limit MODEL --rate N`: requests above it are answered 429.
struct LimitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit", abstract: "Bound the requests a second of a model, or of its clients.",
    discussion: """
      What is above is answered 429 with Retry-After, and counts as limited, not as an error of the model.

        vigia limit electricity --rate 200 --client nightly-batch --reason "it starves the others"
        vigia limit electricity --rate 50 --burst 100 --each-client --reason "incident 41"
        vigia limit electricity --off --client nightly-batch --reason "it behaves again"
      """)
  @Argument(help: "The model's name.") var model: String
  @Option(parsing: .unconditional, help: "Requests a second.") var rate: Double?
  @Option(
    parsing: .unconditional, help: "Requests that may come at once; else those of one second.")
  var burst: Double?
  @Flag(help: "Lift the limit.") var off = false
  @OptionGroup var scope: ScopeOptions
  @OptionGroup var steering: SteeringOptions

  func run() async throws {
    guard (rate == nil) == off else {
      throw CommandFailure.usage("give --rate N, or --off to lift the limit: one of the two")
    }
    for (name, value) in [("--rate", rate), ("--burst", burst)] {
      guard let value, !(value > 0 && value.isFinite) else { continue }
      throw CommandFailure.usage("\(name) takes a number above 0, found \(value)")
    }
    try await steering.send(
      .limit(model: model, scope: try scope.scope(), rate: rate, burst: burst))
  }
}

/// `vigia shed MODEL 20%`: a share of the requests is answered 503.
struct ShedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shed", abstract: "Refuse a share of a model's requests, or of one client's.",
    discussion: """
      What is refused is answered 503 with Retry-After, and counts against the model's availability. 0% lifts it.

        vigia shed electricity 20% --reason "over capacity until more servers are up"
        vigia shed electricity 100% --client nightly-batch --reason "incident 41"
      """)
  @Argument(help: "The model's name.") var model: String
  @Argument(help: "The share: 20% or 0.2; 0% lifts it.") var share: String
  @OptionGroup var scope: ScopeOptions
  @OptionGroup var steering: SteeringOptions

  func run() async throws {
    guard let share = ModelCommand.Split.weight(share) else {
      throw CommandFailure.usage(
        "a share is a percentage like 20% or a number like 0.2, found \(share)")
    }
    try await steering.send(.shed(model: model, scope: try scope.scope(), share: share))
  }
}

/// `vigia eject MODEL VERSION UPSTREAM`: one server behind a remote version is left out.
struct EjectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eject", abstract: "Leave out one of the servers behind a remote version.",
    discussion: """
      It gets no request until the time is over; `vigia model show` tells the upstreams and their state.

        vigia eject electricity 7 http://10.0.0.5:8000 --for 10m --reason "its disk is full"
        vigia eject electricity 7 http://10.0.0.5:8000 --off --reason "repaired"
      """)
  @Argument(help: "The model's name.") var model: String
  @Argument(help: "The version that runs there.") var version: String
  @Argument(help: "The server, as `vigia model show` writes it.") var upstream: String
  @Option(name: .customLong("for"), help: "For how long: 30s, 10m, 2h.") var time = "10m"
  @Flag(help: "Bring it back.") var off = false
  @OptionGroup var steering: SteeringOptions

  func run() async throws {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
    guard let unit = time.last.flatMap({ units[$0] }), let number = Double(time.dropLast()),
      number > 0
    else { throw CommandFailure.usage("--for takes 30s, 10m or 2h, found \(time)") }
    try await steering.send(
      .eject(
        model: model, version: version, upstream: upstream, seconds: off ? 0 : number * unit))
  }
}
