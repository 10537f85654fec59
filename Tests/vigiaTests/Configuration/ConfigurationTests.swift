import Domain
import Foundation
import HTTPAPI
import Inference
import Integrations
import OnnxRuntime
import Testing
import vigia

@Suite struct ConfigurationTests {
  private let whole = """
    listen: 127.0.0.1:8081
    socket: v.sock
    data_dir: var
    model_repository: ../models
    models:
      zebra: { champion: 1.10 }
      electricity:
        champion: "1"
        challenger: { version: 2, weight: 0.1 }
        shadow: "3"
        routing_key: header:X-Routing-Key
        slo: { availability: 0.999, latency_ms: 50, latency_objective: 0.99 }
    rules: [rules/*.yaml]
    runbooks: runbooks
    theme: default-dark
    onnxruntime: /opt/libonnxruntime.so
    auth: { tokens_file: tokens }
    tls: { cert: c.pem, key: k.pem }
    environment: production
    lanes: 2
    event_loops: 5
    threads: 3
    read_only: yes
    cors: { origins: [https://ops.example, "http://localhost:3000"] }
    log_requests: true
    """

  private func load(
    _ text: String?, environment: [String: String] = [:], flags: [Setting: String] = [:],
    path: String = "etc/vigia.yaml"
  ) -> ConfigurationLoader.Result {
    ConfigurationLoader(environment: environment, workingDirectory: "/srv", flags: flags)
      .load(text: text, path: path)
  }

  @Test func `every setting of the design is read, and relative paths start at the file's folder`()
    throws
  {
    let result = load(whole)
    #expect(result.diagnostics.isEmpty)
    let configuration = try #require(result.configuration)
    #expect(configuration.file == "etc/vigia.yaml")
    #expect(configuration.listen == ListenAddress(host: "127.0.0.1", port: 8081))
    #expect(configuration.dataDirectory == "/srv/etc/var")
    #expect(configuration.socket == "/srv/etc/var/v.sock")
    #expect(configuration.modelRepository == "/srv/models")
    #expect(configuration.rules == ["/srv/etc/rules/*.yaml"])
    #expect(configuration.runbooks == "/srv/etc/runbooks")
    #expect(configuration.onnxRuntime == "/opt/libonnxruntime.so")
    #expect(configuration.tokensFile == "/srv/etc/tokens")
    #expect(
      configuration.tls
        == TLSFiles(certificate: "/srv/etc/c.pem", privateKey: "/srv/etc/k.pem"))
    #expect(configuration.isProduction && configuration.isReadOnly)
    #expect(configuration.lanes == 2 && configuration.threads == 3)
    #expect(configuration.eventLoops == 5)
    #expect(
      configuration.corsOrigins.map(\.description)
        == ["https://ops.example", "http://localhost:3000"])
    #expect(configuration.logsRequests)
  }

  @Test func `models keep the file's order, and a version written as a number keeps its text`()
    throws
  {
    let configuration = try #require(load(whole).configuration)
    #expect(configuration.models.map(\.name) == ["zebra", "electricity"])
    #expect(configuration.models[0].champion == "1.10")
    let model = try #require(configuration.model("electricity"))
    #expect(model.challenger == Deployment.Challenger(version: "2", weight: 0.1))
    #expect(model.routingKey == .header("X-Routing-Key"))
    #expect(model.versions == ["1", "2", "3"])
    #expect(
      model.objective
        == ServiceObjective(availability: 0.999, latency: 50_000, latencyObjective: 0.99))
  }

  @Test func `how models are loaded and run is read for all, and for one model`() throws {
    let text = """
      threads: 2
      providers: [cuda, cpu]
      provider_fallback: yes
      load_check: { memory_mb: 512, seconds: 20, nan: warn }
      model_memory: 1.5GiB
      max_answer: 1MiB
      models:
        a: { champion: 1, threads: 4, providers: cpu, provider_fallback: no }
        b: { champion: 1 }
      """
    let result = load(text)
    #expect(result.diagnostics.isEmpty)
    let configuration = try #require(result.configuration)
    #expect(configuration.engine.loadCheck?.memory == 512)
    #expect(configuration.engine.loadCheck?.seconds == 20)
    #expect(!configuration.engine.refusesNaN)
    #expect(configuration.engine.modelMemory == .bytes(1_610_612_736))
    let settings = EmbeddedEngine.sessions(configuration)
    #expect(
      settings("a")
        == SessionSettings(threads: 4, providers: ["cpu"], answerBytes: 1 << 20))
    #expect(
      settings("b")
        == SessionSettings(
          threads: 2, providers: ["cuda", "cpu"], fallsBack: true, answerBytes: 1 << 20))
    #expect(try #require(load("load_check: off").configuration).engine.loadCheck == nil)
  }

  @Test func `who waits, who shares a run and what is kept is read model by model`() throws {
    let text = """
      lanes: 3
      models:
        a:
          champion: 1
          batching: { max_rows: 64, delay_us: 500, preferred: [8, 16] }
          queue:
            { max_rows: 100, timeout_ms: 2.5, timeout_action: delay, priority_levels: 3,
              default_priority: 2, allow_timeout_override: no }
          cache: 64MiB
        b: { champion: 1, batching: off, cache: off }
        c: { champion: 1, batching: auto }
        d: { champion: 1, batching: on }
      """
    let result = load(text)
    #expect(result.diagnostics.isEmpty)
    let configuration = try #require(result.configuration)
    let settings = EmbeddedEngine.settings(configuration)
    for name in ["a", "e"] {
      #expect(configuration.remoteQueues(name).policy == settings(name).queue)
    }
    #expect(settings("a").lanes == 3)
    #expect(
      settings("a").batching
        == .on(BatchingPolicy(maxRows: 64, delay: .microseconds(500), preferred: [8, 16])))
    #expect(
      settings("a").queue
        == QueuePolicy(
          maxRows: 100, timeout: .microseconds(2_500), timeoutAction: .delay,
          allowsTimeoutOverride: false, priorityLevels: 3, defaultPriority: 2))
    #expect(settings("a").cacheBytes == 67_108_864)
    #expect(settings("b").batching == .off)
    #expect(settings("b").cacheBytes == nil)
    #expect(settings("c").batching == .automatic)
    #expect(settings("d").batching == .on(BatchingPolicy()))
    #expect(settings("e").queue == QueuePolicy())
  }

  @Test(arguments: [
    ("batching: 3", "models.m.batching: expected auto, off, or"),
    ("batching: { max_rows: 1 }", "batching.max_rows: expected a whole number from 2"),
    ("batching: { max_rows: 8, preferred: 9 }", "batching.preferred: expected a whole number"),
    ("queue: { timeout_action: drop }", "queue.timeout_action: expected reject or delay"),
    ("queue: { default_priority: 2 }", "queue.default_priority: expected"),
    ("cache: 64", "models.m.cache: expected off or a size such as 64MiB"),
    ("cache: on", "models.m.cache: expected off or a size such as 64MiB"),
  ])
  func `a queue that cannot be is refused`(text: String, reason: String) {
    let result = load("models: { m: { champion: 1, \(text) } }")
    #expect(result.configuration == nil)
    #expect(result.diagnostics.map(\.description).joined().contains(reason), "\(result)")
  }

  @Test(arguments: [
    ("providers: [gpu]", "providers: expected one of acl, armnn, azure"),
    ("load_check: { memory_mb: 1 }", "load_check.memory_mb: expected a whole number from 16"),
    ("load_check: { nan: maybe }", "load_check.nan: expected refuse or warn, found"),
    ("model_memory: 2", "model_memory: expected a size such as 2GiB"),
    ("max_answer: 2GiB", "max_answer: expected a size from 1KiB to 1GiB"),
    ("model_memory: 2 apples", "model_memory: expected a size such as 2GiB"),
  ])
  func `what cannot be meant is refused with what was expected`(text: String, reason: String) {
    let result = load(text)
    #expect(result.configuration == nil)
    #expect(result.diagnostics.map(\.description).joined().contains(reason), "\(result)")
  }

  @Test func `a flag beats the environment, which beats the file, and each says that it won`()
    throws
  {
    let environment = ["VIGIA_LISTEN": "127.0.0.1:2", "VIGIA_THEME": "sea", "VIGIA_LANES": "4"]
    let flags: [Setting: String] = [.listen: "127.0.0.1:3"]
    let configuration = try #require(
      load(whole, environment: environment, flags: flags).configuration)
    #expect(configuration.listen.port == 3)
    #expect(configuration.origin(of: .listen) == .flag("--listen"))
    #expect(configuration.theme == "sea")
    #expect(configuration.origin(of: .theme).description == "environment VIGIA_THEME")
    #expect(configuration.lanes == 4)
    #expect(configuration.origin(of: .tokensFile).description == "etc/vigia.yaml:17")
    #expect(configuration.origin(of: .insecure) == .standard)
  }

  @Test(arguments: [
    ("https://b.example", ["https://b.example"]),
    ("[http://b, https://c:8443]", ["http://b", "https://c:8443"]),
  ])
  func `sites whose pages may read come from the environment, too, and are none by themselves`(
    text: String, origins: [String]
  ) throws {
    let configuration = try #require(
      load(whole, environment: ["VIGIA_CORS_ORIGINS": text]).configuration)
    #expect(configuration.corsOrigins.map(\.description) == origins)
    #expect(configuration.origin(of: .corsOrigins) == .variable("VIGIA_CORS_ORIGINS"))
    #expect(try #require(load("theme: a").configuration).corsOrigins.isEmpty)
  }

  @Test func `paths from the environment and from flags start at the working directory`() throws {
    let configuration = try #require(
      load(
        whole, environment: ["VIGIA_DATA_DIR": "data"], flags: [.modelRepository: "repository"]
      ).configuration)
    #expect(configuration.dataDirectory == "/srv/data")
    #expect(configuration.socket == "/srv/data/v.sock")
    #expect(configuration.modelRepository == "/srv/repository")
  }

  @Test func `models and lists can come from the environment as a line of YAML`() throws {
    let environment = [
      "VIGIA_MODELS": "{a: {champion: 7}}", "VIGIA_RULES": "[x.yaml, y.yaml]",
      "VIGIA_TLS_CERT": "c: d.pem", "VIGIA_TLS_KEY": "k",
    ]
    let configuration = try #require(load(nil, environment: environment).configuration)
    #expect(configuration.models == [ModelConfiguration(name: "a", champion: "7")])
    #expect(configuration.rules == ["/srv/x.yaml", "/srv/y.yaml"])
    #expect(configuration.tls?.certificate == "/srv/c: d.pem")
  }

  @Test func `faults in the environment and in flags name the variable or the flag`() {
    let result = load(
      nil, environment: ["VIGIA_LANES": "many", "VIGIA_MODELS": "{a: {champion: 1, x: 2}}"],
      flags: [.listen: "nowhere"])
    #expect(result.configuration == nil)
    #expect(
      result.diagnostics.map(\.description) == [
        "--listen: listen: expected an address and port such as 127.0.0.1:8080, "
          + #"found text "nowhere""#,
        #"environment VIGIA_MODELS: unknown key "x""#,
        "environment VIGIA_LANES: lanes: expected a whole number from 1 to 256, "
          + #"found text "many""#,
      ])
  }

  @Test func `an unknown VIGIA variable is a warning, which leaves the configuration usable`() {
    let result = load(nil, environment: ["VIGIA_LISTNE": "127.0.0.1:1", "VIGIA_CONFIG": "x"])
    #expect(result.configuration != nil)
    #expect(
      result.diagnostics.map(\.description) == [
        #"environment VIGIA_LISTNE: no setting is named "VIGIA_LISTNE"; "#
          + #"did you mean "VIGIA_LISTEN"?"#
      ])
  }

  @Test func `without a file the standard values hold, and the data go to the user's state folder`()
    throws
  {
    let configuration = try #require(load(nil, environment: ["HOME": "/home/ana"]).configuration)
    #expect(configuration.file == nil)
    #expect(configuration.listen.description == "127.0.0.1:8080")
    #expect(configuration.dataDirectory == "/home/ana/.local/state/vigia")
    #expect(configuration.modelRepository == "/srv/models")
    #expect(configuration.models.isEmpty)
  }

  @Test(arguments: [
    ("0.0.0.0:1", ["insecure": "true"], true), ("0.0.0.0:1", ["insecure": "1"], true),
    ("0.0.0.0:1", ["insecure": "false"], false), ("[::1]:1", [:], true),
    ("localhost:1", [:], true), ("127.9.9.9:1", [:], true), ("127.evil.org:1", [:], false),
    ("[::]:1", [:], false),
  ])
  func `an address that others reach needs TLS or the insecure flag`(
    _ listen: String, _ variables: [String: String], _ isAllowed: Bool
  ) {
    var environment = ["VIGIA_LISTEN": listen]
    environment["VIGIA_INSECURE"] = variables["insecure"]
    #expect((load(nil, environment: environment).configuration != nil) == isAllowed)
    environment["VIGIA_TLS_CERT"] = "c"
    environment["VIGIA_TLS_KEY"] = "k"
    #expect(load(nil, environment: environment).configuration != nil)
  }

  @Test func `a named file that is missing, a folder or not text is one line each`() throws {
    let folder = try TemporaryFolder()
    let loader = ConfigurationLoader(environment: [:], workingDirectory: folder.path)
    #expect(
      loader.load(file: "none.yaml").diagnostics.map(\.description)
        == ["none.yaml: no such file; name another with --config"])
    #expect(
      loader.load(needsFile: true).diagnostics.map(\.description)
        == ["vigia.yaml: no such file; name another with --config"])
    #expect(loader.load().configuration != nil)
    #expect(
      loader.load(file: folder.path).diagnostics.map(\.description)
        == ["\(folder.path): cannot be read: it is a folder"])
    try Data([0x66, 0xFF, 0xFE]).write(to: URL(filePath: folder.path + "/vigia.yaml"))
    #expect(
      loader.load().diagnostics.map(\.description)
        == ["vigia.yaml: expected UTF-8 text, found other bytes"])
  }

  @Test func `every setting has its variable and flag`() {
    #expect(Setting.dataDirectory.variable == "VIGIA_DATA_DIR")
    #expect(Setting.tokensFile.variable == "VIGIA_AUTH_TOKENS_FILE")
    #expect(Setting.onnxRuntime.variable == "VIGIA_ONNXRUNTIME")
    #expect(Setting.readOnly.flag == "--read-only")
    #expect(Set(Setting.allCases.map(\.variable)).count == Setting.allCases.count)
  }
}
