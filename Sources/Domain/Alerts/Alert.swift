/// Something that a rule found and a person may have to act on, with what people have said of it.
package struct Alert: Codable, Sendable, Equatable, Identifiable {
  package var id: AlertID
  /// With `alertname`; the model, version and severity stand here too.
  package var labels: [String: String]
  package var annotations: [String: String]
  package var group: String
  package var state: State
  /// Of the rule's expression when it was last there; nil where it is not finite.
  package var value: Double?
  /// What the rule holds it against, as it is written there: `> 0.95`; nil where it is no single number.
  package var bound: String?
  /// What `value` is a value of, in PromQL: the side of the rule's expression that `bound` is held against, else all of it.
  package var measure: String?
  /// Of `value` and `bound`, as the series' names have it; nil where they do not, and from a server that does not say.
  package var unit: Unit?
  /// Since when the expression has held without a break.
  package var activeAt: Timestamp
  package var firedAt: Timestamp?
  package var resolvedAt: Timestamp?
  /// While it is held by `keep_firing_for` alone: when it is over, unless its expression is true before. Nil otherwise.
  package var endsAt: Timestamp?
  /// Why nobody can see whether it still is so; nil while its rule is evaluated, and when it is over.
  package var unseen: Unseen?
  package var acknowledgement: Acknowledgement?
  /// Of the silences that match it now.
  package var silencedBy: [String]
  /// The same with who, until when and why; nil without any, and from a server that does not tell.
  package var silences: [Silence]?
  /// The alert whose consequence this one is.
  package var inhibitedBy: AlertID?
  /// Who answers for what it is about, as its runbook or its labels have it; nil where neither says.
  package var owner: String?

  package init(
    labels: [String: String], annotations: [String: String] = [:], group: String = "",
    state: State, value: Double?, bound: String? = nil, measure: String? = nil,
    unit: Unit? = nil, activeAt: Timestamp, firedAt: Timestamp? = nil, resolvedAt: Timestamp? = nil,
    acknowledgement: Acknowledgement? = nil,
    silencedBy: [String] = [], inhibitedBy: AlertID? = nil, owner: String? = nil
  ) {
    id = AlertID(labels)
    self.labels = labels
    self.annotations = annotations
    self.group = group
    self.state = state
    self.value = value
    self.bound = bound
    self.measure = measure
    self.unit = unit
    self.activeAt = activeAt
    self.firedAt = firedAt
    self.resolvedAt = resolvedAt
    self.acknowledgement = acknowledgement
    self.silencedBy = silencedBy
    self.inhibitedBy = inhibitedBy
    self.owner = owner
  }

  /// As the alerts of a rule come and go; a rule as a whole may also have no data, or an error.
  package enum State: String, Codable, Sendable, CaseIterable {
    case pending, firing
    /// Its series has gone, and it still fires for `keep_firing_for`.
    case keepFiring = "keep_firing"
    case resolved
  }

  /// In Prometheus' base units.
  package enum Unit: String, Codable, Sendable, CaseIterable {
    /// A share of one.
    case ratio
    case seconds, bytes
    case perSecond = "per_second"
  }

  /// What its rule lacks; the alert is held as it was.
  package enum Unseen: String, Codable, Sendable, CaseIterable {
    /// None of its selectors finds a series: what it looks at is gone, or does not answer.
    case noData = "no_data"
    /// It cannot be evaluated.
    case failing
    /// Its file could not be read when the server started.
    case unread
  }

  package var name: String { labels["alertname"] ?? "" }
  package var model: String? { labels["model"] }
  /// The server over whose series it was raised, or which it is about; nil for one of this server's own.
  package var source: String? { labels["source"] }
  package var severity: Severity { Severity(word: labels["severity"] ?? "") }
  package var summary: String { annotations["summary"] ?? name }
  package var isFiring: Bool { state == .firing || state == .keepFiring }
  /// Nobody has to look at it now: somebody has said so, or it is the consequence of another.
  package var isQuiet: Bool {
    acknowledgement != nil || !silencedBy.isEmpty || inhibitedBy != nil
  }

  package enum Severity: String, Codable, Sendable, CaseIterable, Comparable {
    case info, warning, critical

    /// What a rule's label says, in the words that rule files are written with; any other is a warning.
    package init(word: String) {
      self =
        switch word.lowercased() {
        case "critical", "page", "emergency", "fatal", "alert", "error", "crit", "p0", "p1", "sev0",
          "sev1":
          .critical
        case "info", "information", "informational", "notice", "debug", "none": .info
        default: .warning
        }
    }

    package static func < (left: Severity, right: Severity) -> Bool {
      let order = allCases
      return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
  }
}

/// Somebody has an alert in hand.
package struct Acknowledgement: Codable, Sendable, Equatable {
  package var by: String
  package var at: Timestamp
  /// When it stops counting; nil: with the alert.
  package var until: Timestamp?
  package var note: String

  package init(by: String, at: Timestamp, until: Timestamp? = nil, note: String = "") {
    self.by = by
    self.at = at
    self.until = until
    self.note = note
  }
}

/// What makes an alert the same alert: its labels, as 16 hexadecimal digits.
///
/// Source: FNV-1a, 64 bits, over names and values in the order of the names, each ended by a byte that no UTF-8 has; the
/// way of Prometheus' fingerprints, so that both name an alert alike.
package struct AlertID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let hash: UInt64

  package init(_ labels: [String: String]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      for text in [name, value] {
        for byte in text.utf8 { add(byte) }
        add(0xff)
      }
    }
    self.hash = hash
  }

  /// Nil for anything but 16 hexadecimal digits.
  package init?(_ text: String) {
    guard text.utf8.count == 16, let hash = UInt64(text, radix: 16) else { return nil }
    self.hash = hash
  }

  package var description: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  package static func < (left: AlertID, right: AlertID) -> Bool { left.hash < right.hash }
}

extension AlertID: TextCoded {
  package static let wireForm = "16 hexadecimal digits"
}
