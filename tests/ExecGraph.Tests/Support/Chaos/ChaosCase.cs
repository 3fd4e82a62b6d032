using System.Globalization;
using System.Text;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>A limiter, shared by whichever columns and runs choose it. Windows are in units of the run's clock.</summary>
internal sealed record ChaosLimiter(int? MaxConcurrency, (long Permits, double Window)? Requests, (long Permits, double Window)? Weight, bool Adapts)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MaxConcurrency} at once, requests {Requests}, weight {Weight}, {(Adapts ? "adapts" : "does not adapt")}");
}

internal enum StopKind
{
    None,
    StopAsync,
    Cancel,
    ReaderLeaves,
    ReaderThrows,
    DropCallbackThrows,
    BudgetOfCells,
    BudgetOfCost,
    BudgetOfTime,
    FailureRate,
    SourceThrows,
}

/// <summary>What may end the first run early.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When: quarters of a unit, rows, drops, cells or cost.</param>
/// <param name="Grace">Units; null for the run's own.</param>
internal sealed record ChaosStop(StopKind Kind, int At, double? Grace);

/// <summary>How the runs are run.</summary>
internal sealed record ChaosSettings(
    int Workers, int MaxConcurrentCells, int MaxActiveRowGroups, int MaxBufferedRowGroups, OutputOrder Output, ChaosPolicy Policy, double? StopGrace, int ReaderPause, int MaxReportedDrops);

/// <summary>A random graph, what goes wrong in it, and how it is run: once, or twice side by side with shared limiters.</summary>
internal sealed record ChaosCase(
    ChaosColumn[] Columns, ChaosLimiter[] Limiters, int RowCount, int GroupSize, bool IsOpenEnded, int KeptOutputs, ChaosSettings Settings, ChaosStop Stop, bool HasSecondRun)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{RowCount} rows in groups of {GroupSize}{(IsOpenEnded ? ", from a source" : "")}, outputs {KeptOutputs:X}\n{Settings}\n{Stop}{(HasSecondRun ? "\nbeside a second run" : "")}");
        for (int i = 0; i < Limiters.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n  limiter {i}: {Limiters[i]}");
        var shape = new ChaosShape(this);
        for (int c = 0; c < Columns.Length; c++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  c{c} <- [{string.Join(", ", shape.Inputs[c].Select(input => shape.Outputs[input].Name))}]: {Columns[c]}");
            foreach (ChaosRule rule in shape.Rules.Where(rule => rule.Column == c))
                text.Append(CultureInfo.InvariantCulture, $"\n    {rule.Name} over [{string.Join(", ", rule.Inputs.Select(input => shape.Outputs[input].Name))}] for {shape.Outputs[rule.Output].Name}{(rule.Predicate.HasValue ? " with a value" : "")}{(rule.Predicate.MayThrow ? ", may throw" : "")}");
        }

        return text.Append('\n').ToString();
    }
}
