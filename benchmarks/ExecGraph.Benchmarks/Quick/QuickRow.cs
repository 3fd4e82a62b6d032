namespace ExecGraph.Benchmarks;

/// <summary>A row of the table of targets: measured together, named on the command line.</summary>
internal sealed record QuickRow(string Key, Func<Task<IReadOnlyList<Finding>>> MeasureAsync);
