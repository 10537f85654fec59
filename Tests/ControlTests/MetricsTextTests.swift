import Domain
import Testing

@testable import Control

/// What a scrape finds about the machine.
struct MetricsTextTests {
  private func snapshot(
    _ saturation: Saturation?, models: [ModelSnapshot] = []
  ) -> SystemSnapshot {
    SystemSnapshot(
      server: ServerInfo(
        version: "0", environment: "", host: "h", listen: "l", pid: 1,
        startedAt: Timestamp(seconds: 1_700_000_000), isReadOnly: false, isDemo: false),
      sequence: 1, time: Timestamp(seconds: 1_700_000_100), engine: .ready(version: "1"),
      store: StoreStatus(writeMilliseconds: 2.5, stateWriteMilliseconds: 12), models: models,
      saturation: saturation)
  }

  private func samples(_ saturation: Saturation?) -> [String] {
    var page = MetricsText()
    page.addSaturation(of: snapshot(saturation))
    return page.printed(as: .text).split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("#")
    }
  }

  @Test func `everything that is known of the machine is told once`() {
    let found = samples(
      Saturation(
        machine: Saturation.Machine(
          cores: [0.25, 1], stolen: 0.125, coreLimit: 1.5, processCores: 1, processSeconds: 12.5,
          residentBytes: 1_024, memoryBytes: 4_096, availableBytes: 2_048, openFiles: 7,
          openFileLimit: 99, disk: Saturation.Disk(bytes: 10, freeBytes: 5),
          gpus: [
            Saturation.GPU(name: "0 \"L4\"", busy: 0.5, memoryBytes: 8, usedBytes: 2),
            Saturation.GPU(name: "1 AMD", busy: nil, memoryBytes: 9, usedBytes: 3),
          ]), loopLag: [1_500, 0]))
    #expect(
      found == [
        "process_start_time_seconds 1700000000", "vigia_telemetry_write_seconds 0.0025",
        "vigia_ledger_write_seconds 0.012", "vigia_event_loop_lag_seconds{loop=\"0\"} 0.0015",
        "vigia_event_loop_lag_seconds{loop=\"1\"} 0", "process_cpu_seconds_total 12.5",
        "process_resident_memory_bytes 1024", "process_open_fds 7", "process_max_fds 99",
        "vigia_core_busy_ratio{core=\"0\"} 0.25", "vigia_core_busy_ratio{core=\"1\"} 1",
        "vigia_cores_stolen_ratio 0.125", "vigia_core_limit 1.5",
        "vigia_memory_limit_bytes 4096", "vigia_memory_available_bytes 2048",
        "vigia_disk_size_bytes 10", "vigia_disk_free_bytes 5",
        "vigia_gpu_busy_ratio{gpu=\"0 \\\"L4\\\"\"} 0.5",
        "vigia_gpu_memory_bytes{gpu=\"0 \\\"L4\\\"\"} 8",
        "vigia_gpu_memory_bytes{gpu=\"1 AMD\"} 9",
        "vigia_gpu_memory_used_bytes{gpu=\"0 \\\"L4\\\"\"} 2",
        "vigia_gpu_memory_used_bytes{gpu=\"1 AMD\"} 3",
      ])
  }

  @Test func `the port tells its connections, and each reason to refuse from 0 on`() {
    var page = MetricsText()
    page.addHTTP(
      HTTPFigures(connections: 7, connectionLimit: 4_096, refusals: [.host: 2, .tooSlow: 1]))
    let found = page.printed(as: .text).split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(found.prefix(2) == ["vigia_http_connections 7", "vigia_http_connections_limit 4096"])
    #expect(found.count == 2 + HTTPRefusal.allCases.count)
    for line in [
      "vigia_http_refused_total{reason=\"host\"} 2",
      "vigia_http_refused_total{reason=\"too_slow\"} 1",
      "vigia_http_refused_total{reason=\"unauthorized\"} 0",
    ] {
      #expect(found.contains(line[...]), "\(line)")
    }
  }

  @Test func `what nobody knows has no sample`() {
    #expect(
      samples(Saturation()) == [
        "process_start_time_seconds 1700000000", "vigia_telemetry_write_seconds 0.0025",
        "vigia_ledger_write_seconds 0.012",
      ])
  }

  private func lines(_ page: MetricsText, of name: String) -> [String] {
    page.printed(as: .text).split(separator: "\n").map(String.init).filter { $0.hasPrefix(name) }
  }

  private func model(
    champion: String = "1", former: [(String, Deployment.ChampionTerm.Ending)] = [],
    versions: [VersionSnapshot] = [], judgement: ModelJudgement? = nil
  ) -> ModelSnapshot {
    let time = Timestamp(seconds: 1_700_000_000)
    return ModelSnapshot(
      name: "m",
      deployment: Deployment(
        model: "m", revision: 1, champion: champion, championSince: time,
        formerChampions: former.map { .init(version: $0, since: time, until: time, ending: $1) }),
      versions: versions, judgement: judgement)
  }

  @Test func `an upstream that is down or left out is told by its address`() {
    let version = VersionSnapshot(
      version: "7", variant: .champion, state: .ready, share: 1,
      upstreams: [
        UpstreamStatus(name: "http://a:1", state: .healthy),
        UpstreamStatus(name: "http://b:1", state: .unhealthy(reason: "refused")),
        UpstreamStatus(
          name: "http://c:1", state: .ejected(until: Timestamp(seconds: 0), reason: "")),
      ])
    let local = VersionSnapshot(version: "1", variant: nil, state: .ready, share: 0)
    var page = MetricsText()
    page.addUpstreams(of: snapshot(nil, models: [model(versions: [local, version])]))
    let name = "vigia_upstream_up{model=\"m\",version=\"7\",upstream=\"http://"
    #expect(
      lines(page, of: "vigia_upstream_up")
        == ["\(name)a:1\"} 1", "\(name)b:1\"} 0", "\(name)c:1\"} 0"])
  }

  @Test func `a response cache tells its hits and misses, and who has none nothing`() {
    func version(_ name: String, _ cache: ExecutionFigures.Cache) -> VersionSnapshot {
      VersionSnapshot(
        version: name, variant: nil, state: .ready, share: 0,
        executionFigures: ExecutionFigures(curve: [], reason: "", lanes: 1, cache: cache))
    }
    var page = MetricsText()
    page.addCaches(
      of: snapshot(
        nil,
        models: [
          model(versions: [
            version("1", .on(bytes: 9, limit: 99, hits: 7, misses: 3)), version("2", .off),
            version("3", .refused(reason: "r")),
          ])
        ]))
    let name = "vigia_cache_requests_total{model=\"m\",version=\"1\",result="
    #expect(
      lines(page, of: "vigia_cache_requests_total")
        == ["\(name)\"hit\"} 7", "\(name)\"miss\"} 3"])
  }

  @Test func `whether a rollback finds a version is told where there ought to be one`() {
    func told(
      champion: String, former: [(String, Deployment.ChampionTerm.Ending)]
    ) -> [String] {
      let versions = ["1", "2", "3"].map {
        VersionSnapshot(
          version: $0, variant: nil, state: $0 == "2" ? .unloaded : .ready, share: 0)
      }
      var page = MetricsText()
      let model = model(champion: champion, former: former, versions: versions)
      OperationCounts().add(to: &page, snapshot(nil, models: [model]), isLedgerSound: true)
      return lines(page, of: "vigia_rollback_target_ready")
    }
    let name = "vigia_rollback_target_ready{model=\"m\"}"
    #expect(told(champion: "1", former: []) == [])
    #expect(told(champion: "1", former: [("1", .replaced), ("2", .rolledBack)]) == [])
    #expect(told(champion: "2", former: [("1", .replaced)]) == ["\(name) 1"])
    #expect(told(champion: "3", former: [("2", .replaced)]) == ["\(name) 0"])
  }

  @Test func `a rollback has failed where it was tried, and is refused where it was not`() {
    func told(_ outcome: CommandOutcome) -> [String] {
      var counts = OperationCounts()
      counts.count(
        Command(
          id: CommandID(random: (1, 2)), action: .rollBack(model: "m", breakGlass: false),
          reason: "r", origin: .cli), outcome)
      var page = MetricsText()
      counts.add(to: &page, snapshot(nil, models: [model()]), isLedgerSound: true)
      let name = "vigia_commands_total{model=\"m\",action=\"rollback\",outcome=\""
      return lines(page, of: name).filter { $0.hasSuffix(" 1") }.map {
        String($0.dropFirst(name.count).prefix { $0 != "\"" })
      }
    }
    for code in Refusal.Code.allCases {
      let isFailure = code == .auditUnavailable || code == .notLoaded
      #expect(told(.refused(Refusal(code, ""))) == [isFailure ? "failed" : "refused"], "\(code)")
    }
    #expect(told(.unknown(reason: "")) == ["unknown"])
    #expect(told(.done(sequence: 1, revision: 2, summary: "")) == ["done"])
  }

  @Test func `each arm's share is told once it has had a trial`() {
    let experiment = ExperimentSummary(
      champion: "1", challenger: "2", share: 0.5, since: Timestamp(seconds: 0),
      verdict: .collecting, words: "",
      guardrails: [
        .init(
          name: "errors", champion: .init(events: 1, trials: 4),
          challenger: .init(events: 1, trials: 2), evidence: 1, needed: 60),
        .init(
          name: "wrong_predictions", champion: .init(events: 0, trials: 0),
          challenger: .init(events: 0, trials: 0), evidence: 1, needed: 60),
      ])
    let model = model(judgement: ModelJudgement(experiment: experiment))
    var page = MetricsText()
    page.addJudgement(of: snapshot(nil, models: [model]), features: [:])
    let name = "vigia_experiment_event_ratio{model=\"m\",version=\"2\",guardrail=\"errors\",arm="
    #expect(
      lines(page, of: "vigia_experiment_event_ratio")
        == ["\(name)\"champion\"} 0.25", "\(name)\"challenger\"} 0.5"])
  }

  @Test func `features of a window that is not over are not told, and none of one that is are 0`() {
    let verdict = FeatureVerdict(
      name: "price", verdict: .ok, reference: 20_000, current: 2_000)
    let drifts = [
      DriftSummary(version: "1", state: .ok, words: "", worst: [verdict], features: 1, needed: 200),
      DriftSummary(version: "2", state: .collecting, words: "", features: 1, needed: 200),
    ]
    var page = MetricsText()
    page.addJudgement(
      of: snapshot(nil, models: [model(judgement: ModelJudgement(drift: drifts))]), features: [:])
    #expect(
      lines(page, of: "vigia_drift_features")
        == ["vigia_drift_features{model=\"m\",version=\"1\"} 0"])
  }

  @Test func `the champion's accuracy is told with what it is held against`() {
    let compared = ChampionAccuracy(
      champion: .init(version: "3", labelled: 200, accuracy: 0.55, low: 0.5, high: 0.6),
      majority: 0.65,
      rival: .init(version: "2", labelled: 200, accuracy: 0.85, low: 0.8, high: 0.9),
      isBelowMajority: true)
    var page = MetricsText()
    page.addJudgement(
      of: snapshot(
        nil, models: [model(judgement: ModelJudgement(championAccuracy: compared))]), features: [:])
    let names = "{model=\"m\",version=\"3\""
    #expect(
      lines(page, of: "vigia_champion")
        == [
          "vigia_champion_accuracy_ratio\(names)} 0.55",
          "vigia_champion_majority_accuracy_ratio\(names)} 0.65",
          "vigia_champion_rival_accuracy_ratio\(names),rival=\"2\"} 0.85",
          "vigia_champion_accuracy_below\(names),than=\"majority\"} 1",
          "vigia_champion_accuracy_below\(names),than=\"rival\"} 0",
        ])
  }

  @Test func `each series of the catalogue has a name of its own`() {
    let names = SeriesCatalogue.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in ["process_open_fds", "vigia_lanes_busy", "vigia_event_loop_lag_seconds"] {
      #expect(names.contains(name))
    }
  }
}
