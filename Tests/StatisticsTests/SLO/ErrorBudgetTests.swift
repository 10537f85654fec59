import Statistics
import Testing

struct ErrorBudgetTests {
  private let objective = ServiceLevelObjective(.availability, share: 0.999)

  @Test func `a full period's budget is spent by its bad requests`() throws {
    let period = RequestCount(
      bad: 250, total: 1_000_000, filledSeconds: ErrorBudget.periodSeconds)
    let budget = try #require(ErrorBudget(period, objective: objective))
    #expect(abs(budget.left - 0.75) < 1e-9)
    #expect(!budget.isProjected)
    // At 14.4 the whole budget lasts 2.1 days, so three quarters 1.56.
    let seconds = try #require(budget.secondsToEmpty(atBurn: 14.4))
    #expect(abs(seconds / 86_400 - 1.5625) < 1e-6)
    #expect(budget.secondsToEmpty(atBurn: 0) == nil)
  }

  @Test func `three days count for three of thirty`() throws {
    let period = RequestCount(bad: 100, total: 100_000, filledSeconds: 3 * 86_400)
    let budget = try #require(ErrorBudget(period, objective: objective))
    #expect(abs(budget.left - 0.9) < 1e-9)
    #expect(budget.isProjected)
  }

  @Test func `an overdrawn budget is below zero and empty now`() throws {
    let period = RequestCount(
      bad: 3_000, total: 1_000_000, filledSeconds: ErrorBudget.periodSeconds)
    let budget = try #require(ErrorBudget(period, objective: objective))
    #expect(abs(budget.left + 2) < 1e-9)
    #expect(budget.secondsToEmpty(atBurn: 1) == 0)
  }

  @Test func `without requests there is no budget to speak of`() {
    #expect(ErrorBudget(RequestCount(filledSeconds: 60), objective: objective) == nil)
  }
}
