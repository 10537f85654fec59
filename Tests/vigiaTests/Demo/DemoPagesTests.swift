import Domain
import Testing
import vigia

@Suite struct DemoPagesTests {
  private static func alert(_ name: String, _ severity: String, firedAt second: Int64?) -> Alert {
    Alert(
      labels: ["alertname": name, "model": "m", "version": "1", "severity": severity],
      state: second == nil ? .pending : .firing, value: 1, activeAt: Timestamp(seconds: 90),
      firedAt: second.map { Timestamp(seconds: $0) })
  }

  @Test func `time to page counts from the incident, and alerts from before it are none of its`() {
    var pages = DemoPages(began: Timestamp(seconds: 100))
    let old = Self.alert("Old", "critical", firedAt: 99)
    let quiet = Self.alert("Watchdog", "info", firedAt: 101)
    #expect(pages.add([old, quiet, Self.alert("Drift", "warning", firedAt: nil)]).isEmpty)
    let drift = Self.alert("Drift", "warning", firedAt: 140)
    #expect(pages.add([old, drift]).map(\.alert) == ["Drift"])
    #expect(pages.timeToAlert == 40 && pages.timeToPage == nil)
    let gone = Self.alert("Gone", "critical", firedAt: 192)
    #expect(pages.add([gone, drift]).map(\.after) == [92])
    #expect(pages.timeToAlert == 40 && pages.timeToPage == 92)
    #expect(
      pages.pages.last?.words == "Gone (m 1, critical) 92 s after the incident began")
  }

  @Test func `the summary tells an incident's alerts, and what became of a flood`() {
    var pages = DemoPages(began: Timestamp(seconds: 100))
    _ = pages.add([Self.alert("RequestsShed", "critical", firedAt: 175)])
    var flood = FloodClient.Totals()
    (flood.requests, flood.answered, flood.refused) = (10, 3, 7)
    let summary = DemoSummary(
      totals: DemoLedger.Totals(), elapsed: 1, audit: [],
      incident: .init(.overload, pages: pages, floods: ["job": flood]))
    #expect(
      summary.json().contains(
        #""incident":{"alerts":[{"after_s":75,"alert":"RequestsShed","model":"m","severity":"critical","version":"1"}],"#
          + #""floods":{"job":{"answered":3,"failed":0,"refused":7,"requests":10}},"name":"overload","#
          + #""seconds_to_alert":75,"seconds_to_page":75}"#))
    #expect(
      summary.text().hasSuffix(
        """
        overload: RequestsShed (m 1, critical) 75 s after the incident began
        job: 10 requests, 3 answered, 7 refused, 0 failed
        """))
  }
}
