extension ConceptDriftJudge {
  package var verdict: ConceptVerdict {
    if let drift { return .drift(describe(drift)) }
    if let missing = missingLabels { return .labelsMissing(missing) }
    if reference == nil { return .collecting(blocks: judged - steadySince, of: referenceBlocks) }
    return judged == 0 ? .collecting(blocks: 0, of: 1) : .ok
  }

  /// What the last block was like where it lies above all that counts as the reference, and no alarm was raised.
  package var unprovenRise: UnprovenRise? {
    guard drift == nil, let reference, let boundary, let last = blocks.last?.mean, last > boundary
    else { return nil }
    return UnprovenRise(
      mean: last, reference: reference, loss: loss, evidence: evidence ?? 0,
      secondOpinion: lastRise.map { $0 >= steadySince } ?? false)
  }

  /// The promise, in days: so long at least is the mean time to a false alarm. No block is shorter than `blockSeconds`.
  package var daysToFalseAlarm: Double { runLength * Double(blockSeconds) / 86_400 }

  /// From the beginning of a block to that of the next, gaps in the traffic included.
  var meanBlockSeconds: Double {
    let same = keptBlocks(since: lengthSince)
    guard let first = same.first, let last = same.last else { return Double(blockSeconds) }
    return Double(last.end - first.start) / Double(same.count)
  }

  private func describe(_ drift: OpenDrift) -> ConceptDrift {
    let rise = keptBlocks(since: drift.firstBlock)
    // Each block counts alike, as it does for the detector and in the reference.
    func mean(_ of: (JudgedBlock) -> Double?) -> Double? {
      let means = rise.compactMap(of)
      return means.count == rise.count ? means.reduce(0, +) / Double(means.count) : nil
    }
    return ConceptDrift(
      start: drift.start, alarm: drift.alarm, blocks: rise.count, mean: mean(\.mean) ?? 0,
      noChangeMean: mean(\.noChangeMean), majorityMean: mean(\.majorityMean),
      reference: reference ?? ConceptReference(mean: 0, standardError: 0), loss: loss,
      daysToFalseAlarm: daysToFalseAlarm,
      secondOpinion: loss == .wrongRows ? lastRise.map { $0 >= drift.firstBlock } ?? false : nil)
  }

  /// The newest stretch that is old enough, when it has less than half of the labels that stretches usually have.
  private var missingLabels: LabelCoverage? {
    if neverLabelled, let pending, pending.predicted >= minRows,
      pending.end - pending.start >= minSeconds
    {
      return pending
    }
    let predicted = blocks.reduce(0) { $0 + $1.predicted }
    let usual =
      predicted > 0
      ? Double(blocks.reduce(0) { $0 + $1.labelled }) / Double(predicted) : 1
    return coverage.flatMap { $0.share < usual / 2 ? $0 : nil }
  }
}
