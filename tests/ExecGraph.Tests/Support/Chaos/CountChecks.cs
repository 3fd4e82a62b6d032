namespace ExecGraph.Tests.Support.Chaos;

/// <summary>
/// The figures of a report against the reference. What a row did that was given up is only known as far as it must have come: its cells that ran beside
/// the one that ended it may or may not have been counted.
/// </summary>
internal sealed class CountChecks(ChaosCase chaos, ChaosReference reference, Violations violations)
{
    internal void Check(RunReport report)
    {
        long filtered = reference.Deaths.Count - report.DroppedRows;
        violations.Unless(report.FilteredRows == filtered, $"{report.FilteredRows} filtered rows instead of {filtered}");
        violations.Unless(report.DroppedRows == report.Columns.Sum(column => column.Dropped), $"{report.DroppedRows} drops, but by columns {report.Columns.Sum(column => column.Dropped)}");
        foreach (ColumnReport column in report.Columns)
            Check(column, int.Parse(column.Name[1..], System.Globalization.CultureInfo.InvariantCulture));
    }

    private void Check(ColumnReport report, int column)
    {
        CountRange cells = default, retries = default, failures = default, drops = default, defaults = default, skipped = default;
        for (long row = 0; row < chaos.RowCount; row++)
        {
            ReferenceCell cell = reference.Cell(column, row);
            bool isSure = IsSure(column, row);
            cells.Add(cell.State == CellState.Computed ? 1 : 0, isSure);
            skipped.Add(cell.State == CellState.Skipped ? 1 : 0, isSure);
            defaults.Add(cell.IsDefaulted ? 1 : 0, isSure);
            retries.Add(cell.Retries, isSure);
            failures.Add(cell.Failures, isSure);
            drops.Add(cell.Death is { Kind: DeathKind.Drop } ? 1 : 0, isSure);
        }

        cells.Check(report.Cells, $"cells of {report.Name}", violations);
        skipped.Check(report.Skipped, $"skipped cells of {report.Name}", violations);
        defaults.Check(report.Defaulted, $"defaults of {report.Name}", violations);
        drops.Check(report.Dropped, $"drops of {report.Name}", violations);
        if (chaos.Columns[column].IsAggregate)
            return; // how often a fold is begun anew depends on what comes together in it
        retries.Add(reference.BarrierFailures(column), isSure: true);
        failures.Add(reference.BarrierFailures(column), isSure: true);
        retries.Check(report.Retries, $"retries of {report.Name}", violations);
        failures.Check(report.Failures, $"failures of {report.Name}", violations);
    }

    /// <summary>Whether the cell did all that the reference says, even if its row was given up.</summary>
    private bool IsSure(int column, long row)
    {
        if (!reference.Buried.TryGetValue(row, out int round) || reference.Cell(column, row).Round < round)
            return true;
        List<Death> deaths = reference.Deaths[row];
        return deaths.Count == 1 && (deaths[0].Column == column || reference.IsNeededFor(column, deaths[0].Column));
    }
}

/// <summary>A figure, as far as it is known.</summary>
internal struct CountRange
{
    private long _least;
    private long _most;

    internal void Add(long count, bool isSure)
    {
        _most += count;
        if (isSure)
            _least += count;
    }

    internal readonly void Check(long actual, string what, Violations violations) =>
        violations.Unless(actual >= _least && actual <= _most, $"{actual} {what} instead of {_least} to {_most}");
}
