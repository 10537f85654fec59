import Glibc

/// One group's value.
///
/// - Precondition: at least one member, and an aggregator that gives one value.
func fold(_ aggregator: Aggregator, _ members: [VectorSample], _ parameter: Double) -> Double {
  switch aggregator {
  case .sum: return members.reduce(0) { $0 + $1.value }
  case .avg: return mean(members)
  case .count: return Double(members.count)
  case .group: return 1
  case .min: return extreme(members) { $0 > $1 }
  case .max: return extreme(members) { $0 < $1 }
  case .stdvar: return variance(members)
  case .stddev: return sqrt(variance(members))
  case .quantile: return quantile(parameter, members.map(\.value))
  case .topk, .bottomk, .countValues: preconditionFailure("gives several values")
  }
}

/// NaN only where all are.
private func extreme(_ members: [VectorSample], isWorse: (Double, Double) -> Bool) -> Double {
  var best = members[0].value
  for member in members.dropFirst() where isWorse(best, member.value) || best.isNaN {
    best = member.value
  }
  return best
}

/// Updated member by member, so that large values do not overflow their sum.
private func mean(_ members: [VectorSample]) -> Double {
  var mean = members[0].value
  var count = 1.0
  for member in members.dropFirst() {
    count += 1
    if mean.isInfinite, !changesInfinity(mean, member.value) { continue }
    mean += member.value / count - mean / count
  }
  return mean
}

/// Whether an infinite mean becomes another one: only by NaN or the opposite infinity.
func changesInfinity(_ mean: Double, _ value: Double) -> Bool {
  value.isNaN || (value.isInfinite && (mean > 0) != (value > 0))
}

/// Of the whole group, not of a sample of it.
///
/// Source: Welford 1962, Technometrics 4(3).
private func variance(_ members: [VectorSample]) -> Double {
  var mean = members[0].value
  var squares = 0.0
  var count = 1.0
  for member in members.dropFirst() {
    count += 1
    let delta = member.value - mean
    mean += delta / count
    squares += delta * (member.value - mean)
  }
  return squares / count
}
