namespace ExecGraph.Execution;

/// <summary>Adds up what a run costs, and stops it when its budget is spent. Any thread.</summary>
internal sealed class BudgetMeter(Engine engine, RunBudget budget, TimeSpan? grace)
{
    private readonly Lock _lock = new();
    private long _cells;
    private decimal _cost;

    /// <summary>Cells of a column ended, or attempts of them failed.</summary>
    internal void Spend(ColumnPlan column, int attempts, int cells)
    {
        if (budget.Cells is { } most && Interlocked.Add(ref _cells, cells) >= most)
            Stop($"The budget of {most} cells is spent.");
        if (budget.Cost is not { } highest || column.Options.CostPerAttempt == 0)
            return;
        bool isSpent;
        lock (_lock)
            isSpent = (_cost += attempts * column.Options.CostPerAttempt) >= highest;
        if (isSpent)
            Stop(FormattableString.Invariant($"The budget of {highest} is spent: {_cost}."));
    }

    internal void TimeIsOver() => Stop($"The time of {budget.Time} is over.");

    private void Stop(string text) => engine.Stop(Engine.StopReason.Gentle(RunOutcome.BudgetSpent, text, grace));
}
