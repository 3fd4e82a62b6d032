namespace ExecGraph.Benchmarks;

/// <summary>How good the schedule is, in virtual time.</summary>
internal static class ScheduleTargets
{
    private static readonly Lazy<Schedules[]> ThousandRows = new(() => [.. Schedules.Shapes.Select(shape => new Schedules(shape, rows: 1000, seeds: 20))]);

    internal static Task<IReadOnlyList<Finding>> MakespanAsync()
    {
        var findings = new List<Finding>();
        foreach (Schedules schedules in ThousandRows.Value)
        {
            double limit = schedules.Name == "dual-model" ? 1.03 : 1.02;
            findings.Add(Finding.AtMost($"1,000 rows, {schedules.Name}: <= {limit:F2} x the lower bound", "mean of 20 seeds", schedules.OverBound(), limit));
        }

        findings.Add(Finding.AtLeast("1,000 rows, dual-model: >= 1.75 x faster than column at a time", "mean of 20 seeds", ThousandRows.Value[^1].FasterThanColumns(), 1.75));
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    internal static Task<IReadOnlyList<Finding>> EarlyRowsAsync()
    {
        var findings = new List<Finding>();
        foreach (Schedules schedules in ThousandRows.Value)
        {
            (double first, double half) = schedules.OverDeepestFirst();
            findings.Add(Finding.AtMost(
                $"1,000 rows, {schedules.Name}: rows within 1.1 x of deepest first",
                $"first row group {first:F3}, half of the rows {half:F3}",
                Math.Max(first, half),
                1.1));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    internal static Task<IReadOnlyList<Finding>> TenRowsAsync()
    {
        var findings = new List<Finding>();
        foreach (string shape in Schedules.Shapes)
        {
            var schedules = new Schedules(shape, rows: 10, seeds: 200);
            findings.Add(Finding.AtMost(
                $"10 rows, {shape}: within 2 % of the clairvoyant",
                $"{schedules.FasterThanColumns():F2} x column at a time; lookahead {schedules.OverLongestAfter():F3}",
                schedules.OverClairvoyant(),
                1.02));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    internal static Task<IReadOnlyList<Finding>> HeavyRootAsync()
    {
        (double idle, double wait, double fair) = HeavyRoot.Run();
        return Task.FromResult<IReadOnlyList<Finding>>(
        [
            Finding.Absolute("heavy root: no permit idle while a cell waits", $"{idle:F2} permit-seconds", idle == 0),
            Finding.AtMost("heavy root: the late peer's p95 wait <= 2 x its fair share", $"{wait:F2} s, fair {fair:F2} s", wait / fair, 2),
        ]);
    }
}
