import Domain
import Testing
import TextUI

@testable import Console

/// Whoever was just woken is shown first what it was for: the cursor, the status and the lines under the header say it.
struct GravestTests {
  private static let size = Size(width: 120, height: 36)

  private static func models() -> [ModelSnapshot] {
    ["ocr", "spot", "load"].map { name in
      ModelSnapshot(
        name: name,
        deployment: Deployment(
          model: name, revision: 1, champion: "1", championSince: Sample.at(-9_000),
          formerChampions: []),
        objective: Sample.objective,
        versions: [Sample.version("1", .champion, rate: 20, share: 1, p50: 900, p99: 4_000)],
        lastChange: nil)
    }
  }

  private static func opened(
    _ models: [ModelSnapshot] = models(), _ alerts: [Alert] = []
  ) -> ConsoleState {
    var snapshot = Sample.snapshot(models: models)
    snapshot.alerts = alerts
    return Sample.state(size: size, snapshot: snapshot, selecting: Selection())
  }

  private static func alert(
    _ name: String, _ labels: [String: String], _ severity: Alert.Severity
  ) -> Alert {
    Sample.alert(
      name, labels, severity: severity.rawValue, summary: "something", since: 30)
  }

  @Test func `the cursor begins at what the gravest open alert names`() {
    let alerts = [
      Self.alert("LabelsLate", ["model": "spot"], .warning),
      Self.alert("ModelFailing", ["model": "load", "version": "1"], .critical),
    ]
    #expect(Self.opened(Self.models(), alerts).selected?.model.name == "load")
    #expect(Self.opened(Self.models(), [alerts[0]]).selected?.model.name == "spot")
    // A model of another server is no row here.
    let foreign = Self.alert("Far", ["model": "load", "source": "fleet"], .critical)
    #expect(Self.opened(Self.models(), [foreign]).selected?.model.name == "ocr")
    #expect(Self.opened().selected?.model.name == "ocr")
  }

  @Test func `what presses is the page of no model before a warning of the selected one`() {
    let drift = Self.alert("FeatureDrift", ["model": "ocr"], .warning)
    let disk = Self.alert("StoreDiskFull", [:], .critical)
    let failing = Self.alert("ModelFailing", ["model": "ocr"], .critical)
    let other = Self.alert("ModelFailing", ["model": "load"], .critical)
    func pressing(_ alerts: [Alert]) -> String? {
      var state = Self.opened(Self.models(), alerts)
      state.selection.model = "ocr"
      return state.pressingAlert?.name
    }
    #expect(pressing([drift, disk]) == "StoreDiskFull")
    #expect(pressing([drift, disk, failing]) == "ModelFailing")
    #expect(pressing([drift, other]) == "FeatureDrift")
    #expect(pressing([other]) == nil)
  }

  @Test func `without an alert it begins at the first row that serves badly`() {
    var models = Self.models()
    models[1].versions[0].recent.errors = 600
    #expect(Self.opened(models).selected?.model.name == "spot")
  }

  @Test func `what comes later does not move the cursor`() {
    var state = Self.opened()
    var next = Sample.snapshot(models: Self.models(), at: Sample.at(1))
    next.alerts = [Self.alert("ModelFailing", ["model": "load"], .critical)]
    _ = update(&state, .snapshot(next), at: Sample.at(1))
    #expect(state.selected?.model.name == "ocr")
  }

  @Test func `a row under an open alert is not ok`() throws {
    var models = Self.models()
    models[1].versions[0].recent = RecentFigures()
    let alerts = [
      Self.alert("FeatureVanished", ["model": "ocr"], .critical),
      Self.alert("NoTraffic", ["model": "spot"], .warning),
    ]
    let text = view(Self.opened(models, alerts), size: Self.size, look: Look()).text
    func row(_ name: String) throws -> Substring {
      try #require(
        text.split(separator: "\n").first { $0.contains("\(name)  ") && $0.contains("champion") })
    }
    #expect(try row("ocr").contains("■ drift"))
    #expect(try row("spot").contains("▲ idle"))
    #expect(try row("load").contains("● ok"))
  }

  @Test func `a server behind a version that is passed over has a line`() {
    var models = Self.models()
    let away = UpstreamStatus(
      name: "http://gpu-1:8000", state: .unhealthy(reason: "nobody listens there"))
    models[2].versions[0].upstreams = [away]
    #expect(
      view(Self.opened(models), size: Self.size, look: Look()).text
        .contains(
          "■ load 1: no upstream answers: http://gpu-1:8000 nobody listens there   8 for models"))
    models[2].versions[0].upstreams = [
      away, UpstreamStatus(name: "http://gpu-2:8000", state: .healthy),
    ]
    #expect(
      view(Self.opened(models), size: Self.size, look: Look()).text
        .contains("▲ load 1: 1 of 2 upstreams passed over: http://gpu-1:8000 nobody"))
    // Nobody is served from there.
    models[2].versions[0].variant = nil
    #expect(
      !view(Self.opened(models), size: Self.size, look: Look()).text.contains("passed over"))
  }

  @Test func `a file that cannot be loaded has one line, with the reason first`() {
    var models = Self.models()
    let reason = "ocr@1: /srv/models/ocr/1/model.onnx: expected a model file, found none"
    models[0].versions[0].state = .failed(reason: reason)
    models[0].notices = [Notice(.critical, reason)]
    let text = view(Self.opened(models), size: Self.size, look: Look()).text
    #expect(
      text.contains(
        "■ ocr 1: expected a model file, found none; /srv/models/ocr/1/model.onnx"))
    #expect(!text.contains("ocr@1"))
  }
}
