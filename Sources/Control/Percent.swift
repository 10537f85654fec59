/// A share as messages write it: `10 %`, `0.1 %`, `22.62 %`.
func percent(_ share: Double) -> String {
  let hundredths = (share * 10_000).rounded() / 100
  return hundredths == hundredths.rounded() ? "\(Int(hundredths)) %" : "\(hundredths) %"
}
