/// One bucket of a classic histogram: how many observations were at most its bound.
struct Bucket {
  var upperBound: Double
  var count: Double
}

/// The q-quantile of a histogram, interpolated linearly inside a bucket.
///
/// NaN without a `+Inf` bucket, with that one alone, or without observations; above the highest finite bound it is that
/// bound; a first bucket with a positive bound starts at 0. Counts that fall from bucket to bucket (the scrape was not
/// atomic) are lifted to the one before.
///
/// Source: Prometheus 2.42, `bucketQuantile`.
func histogramQuantile(_ q: Double, _ unordered: [Bucket]) -> Double {
  if q.isNaN { return .nan }
  if q < 0 { return -.infinity }
  if q > 1 { return .infinity }
  let buckets = cumulative(unordered)
  guard let total = buckets.last, total.upperBound == .infinity, buckets.count >= 2,
    total.count != 0
  else { return .nan }
  let rank = q * total.count
  let index =
    buckets.dropLast().firstIndex { $0.count >= rank } ?? buckets.count - 1
  if index == buckets.count - 1 { return buckets[index - 1].upperBound }
  let end = buckets[index].upperBound
  if index == 0 {
    return end <= 0 ? end : end * (rank / buckets[0].count)
  }
  let below = buckets[index - 1]
  let share = (rank - below.count) / (buckets[index].count - below.count)
  return below.upperBound + (end - below.upperBound) * share
}

/// In order, equal bounds made one, and never falling.
private func cumulative(_ buckets: [Bucket]) -> [Bucket] {
  var result: [Bucket] = []
  for bucket in buckets.sorted(by: { $0.upperBound < $1.upperBound }) {
    if let last = result.last, last.upperBound == bucket.upperBound {
      result[result.count - 1].count += bucket.count
    } else {
      result.append(bucket)
    }
  }
  for index in result.indices.dropFirst() where result[index].count < result[index - 1].count {
    result[index].count = result[index - 1].count
  }
  return result
}
