import Domain

/// What a browser without a token gets of an alert's link: no word of the alert, and where it can be read.
struct ClosedAlertPage {
  var id: AlertID
  var version: String

  var html: String {
    HTML.page(
      title: "Alert - Vigia \(version)", style: AlertPage.style,
      body: """
        <p class="standing">a token is needed to read it here</p>
        <h1>alert \(id)</h1>
        <p>This server shows alerts to whoever sends a token, which a browser does not.</p>
        <h2>In a terminal on the server's host</h2>
        <pre><code>vigia open alert/\(id)</code></pre>
        """)
  }
}
