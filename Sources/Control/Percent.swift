/// A share as messages write it: `10 %`, `0.1 %`, `22.62 %`; nothing is called all or none that is not.
func percent(_ share: Double) -> String {
  let hundredths = (share * 10_000).rounded() / 100
  if share < 1, hundredths >= 100 { return "over 99.99 %" }
  if share > 0, hundredths <= 0 { return "under 0.01 %" }
  return hundredths == hundredths.rounded() ? "\(Int(hundredths)) %" : "\(hundredths) %"
}
