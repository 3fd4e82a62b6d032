namespace ExecGraph.Benchmarks;

/// <summary>A graph of any form with synchronous cells of one type, and the loops that do the same.</summary>
internal abstract class Form
{
    /// <summary>The forms by name: the column that each column after the first one needs.</summary>
    internal static Form Of(FormName name, int rows) => name switch
    {
        FormName.TwoColumns => Numbers(Chain(2), rows),
        FormName.SixteenColumns => Numbers(Chain(16), rows),
        FormName.Narrow => Numbers(Chain(4), rows),
        FormName.Wide => Numbers([0, 0, 0, 0, 0], rows),
        FormName.NarrowOfStrings => new Form<string>(row => Words[row % Words.Length], word => Words[word.Length % Words.Length], Chain(4), rows),
        FormName.NarrowOfStructs => new Form<Reading>(row => new(row, row, 0), reading => reading with { Value = reading.Value * 2, Count = reading.Count + 1 }, Chain(4), rows),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    internal abstract Task RunAsync(RunOptions options);

    internal abstract void Loop();

    private static readonly string[] Words = ["a", "word", "of", "some", "length", "each", "and", "another"];

    private static Form<int> Numbers(int[] needs, int rows) => new(row => (int)row * 31 + 7, x => x * 31 + 7, needs, rows);

    private static int[] Chain(int columns) => [.. Enumerable.Range(0, columns - 1)];

    private readonly record struct Reading(long Sensor, double Value, int Count);
}

/// <inheritdoc/>
internal sealed class Form<T> : Form
{
    private readonly Func<long, T> _start;
    private readonly Func<T, T> _step;
    private readonly int[] _needs;
    private readonly int _rows;
    private readonly ExecutionGraph _graph;
    private readonly Column<T> _last;
    private T? _kept;

    internal Form(Func<long, T> start, Func<T, T> step, int[] needs, int rows)
    {
        (_start, _step, _needs, _rows) = (start, step, needs, rows);
        var graph = new GraphBuilder();
        var columns = new List<Column<T>> { graph.Start("column 0", start) };
        foreach (int need in needs)
            columns.Add(graph.From(columns[need]).Cell($"column {columns.Count}", step));
        _last = columns[^1];
        _graph = graph.Build(rows);
        Verify();
    }

    internal override async Task RunAsync(RunOptions options)
    {
        await using GraphRun run = _graph.Run(options);
        await foreach (RowGroup group in run.RowGroups.ConfigureAwait(false))
            _kept = group.GetColumn(_last).Span[^1];
    }

    internal override void Loop()
    {
        for (int first = 0; first < _rows; first += ExecutionGraph.DefaultRowGroupSize)
            _kept = Group(first, Math.Min(ExecutionGraph.DefaultRowGroupSize, _rows - first))[^1];
    }

    private T[] Group(int first, int count)
    {
        var columns = new T[_needs.Length + 1][];
        T[] start = columns[0] = new T[count];
        for (int i = 0; i < start.Length; i++)
            start[i] = _start(first + i);
        for (int column = 1; column < columns.Length; column++)
            columns[column] = Step(columns[_needs[column - 1]], new T[count]);
        return columns[^1];
    }

    private T[] Step(T[] source, T[] target)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] = _step(source[i]);
        return target;
    }

    private void Verify()
    {
        Loop();
        T? byLoop = _kept;
        RunAsync(new RunOptions()).GetAwaiter().GetResult();
        if (!EqualityComparer<T>.Default.Equals(byLoop, _kept))
            throw new InvalidOperationException($"The loop ends with {byLoop}, the engine with {_kept}.");
    }
}

/// <summary>What a graph looks like, and what its cells are.</summary>
public enum FormName
{
    TwoColumns,
    Narrow,
    Wide,
    SixteenColumns,
    NarrowOfStrings,
    NarrowOfStructs,
}
