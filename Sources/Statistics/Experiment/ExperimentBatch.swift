/// What was counted in a second or so of an experiment, all of it under one split.
///
/// Counts of a second in which the split changed, and labels that come for requests of an earlier split, are batches of
/// their own, each with the share under which its requests were routed.
package struct ExperimentBatch: Sendable, Equatable {
  /// The challenger's share of the traffic, 0 through 1.
  package var share: Double
  /// What routing drew for, that was not drawn for before: requests, or, where it sticks, keys at their first request.
  package var arrivals = ByArm<Int>.zero
  package var counts: [Guardrail: Counts] = [:]
  /// Where routing sticks: trials of keys that had theirs before. They are no evidence, and no silence.
  package var repeated: [Guardrail: ByArm<Int>] = [:]
  /// Every request that was answered or failed, and every failure, repeated keys too: for the hard limit.
  package var requests = ByArm<Int>.zero
  package var failures = ByArm<Int>.zero
  /// By client, as far as clients are known; nobody is called "anonymous". Those with the most events are enough.
  package var clients: [Client] = []
  /// False where it is not known whose its requests are: those of one client would pass for others'.
  package var areClientsKnown = true

  package struct Counts: Sendable, Equatable, Codable {
    /// Where routing sticks: keys that had one, each once under a split.
    package var events: ByArm<Int>
    /// Where routing sticks: keys that had one, each once under a split.
    package var trials: ByArm<Int>
    /// Those events that are evidence: where routing sticks, keys that had none in the experiment before; else all.
    package var draws: ByArm<Int>

    package init(events: ByArm<Int>, trials: ByArm<Int>, draws: ByArm<Int>? = nil) {
      self.events = events
      self.trials = trials
      self.draws = draws ?? events
    }
  }

  /// One client's part of the batch.
  package struct Client: Sendable, Equatable {
    package var name: String
    package var requests: ByArm<Int>
    package var failures = ByArm<Int>.zero
    /// Those that are evidence: its part of `Counts.draws`.
    package var draws: [Guardrail: ByArm<Int>] = [:]
    /// Whether other clients' events are among them: those that found no room for its sake.
    package var holdsOthers = false

    package init(_ name: String, requests: ByArm<Int>) {
      self.name = name
      self.requests = requests
    }
  }

  /// The share of the split, where `share` is that of the trials themselves: rates and intervals are of one split each.
  package var split: Double?

  package init(share: Double) { self.share = share }
}

/// What a judge is told beside counts, each time it is asked.
package struct ExperimentContext: Sendable, Equatable {
  /// Of those requests of the experiment whose labels are due, the share that has them; nil: no label is due.
  package var labelCompleteness: Double?
  package var burn: ByArm<Burn>?
  /// Why an engine cannot serve: it crashed, its outputs are not finite, it does not answer in time. Nil: it can.
  package var engineFault = ByArm<String?>(champion: nil, challenger: nil)
  /// In microseconds, at the 99th percentile.
  package var latency: QuantileDifference?
  /// By which slow requests are counted; nil: nobody says.
  package var slowLimit: SlowLimit?
  /// Where routing sticks to a key: what came without one; nil: nothing did.
  package var keyless: KeylessRequests?
  /// Likewise the keys that were at both arms; nil: none is known.
  package var strays: StrayKeys?
  /// Whether it is a record of what was, to which nothing comes any more.
  package var isOfRecord = false

  /// How many times faster than its objective allows a version spends its error budget.
  package struct Burn: Sendable, Equatable {
    package var hour: Double
    package var fiveMinutes: Double
    /// Bad requests within the hour.
    package var badCount: Int
    /// Of these, those of the client that has the most; nil: clients are not known.
    package var worstClient: (name: String, badCount: Int)?

    package init(
      hour: Double, fiveMinutes: Double, badCount: Int,
      worstClient: (name: String, badCount: Int)? = nil
    ) {
      self.hour = hour
      self.fiveMinutes = fiveMinutes
      self.badCount = badCount
      self.worstClient = worstClient
    }

    package static func == (left: Burn, right: Burn) -> Bool {
      left.hour == right.hour && left.fiveMinutes == right.fiveMinutes
        && left.badCount == right.badCount && left.worstClient?.name == right.worstClient?.name
        && left.worstClient?.badCount == right.worstClient?.badCount
    }
  }

  package init() {}
}
