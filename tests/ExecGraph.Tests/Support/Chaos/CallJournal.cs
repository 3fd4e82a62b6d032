namespace ExecGraph.Tests.Support.Chaos;

/// <summary>Every call of the runs of a case, in the order in which they began. Thread-safe; read when the runs have ended.</summary>
internal sealed class CallJournal(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly List<ChaosCall> _calls = [];
    private readonly List<(int Run, Turn Turn, int Order)> _misjudged = [];
    private int _order;
    private int _underWay;

    internal IReadOnlyList<ChaosCall> Calls => _calls;

    /// <summary>Calls under way, abandoned ones included.</summary>
    internal int UnderWay => Volatile.Read(ref _underWay);

    internal ChaosCall Begin(int run, int column, long[] rows, Turn[] turns, int attempt = 0, long weight = 0)
    {
        lock (_lock)
        {
            var call = new ChaosCall
            {
                Run = run,
                Column = column,
                Rows = rows,
                Turns = turns,
                Attempt = attempt,
                Weight = weight,
                Begun = clock.GetTimestamp(),
                BegunOrder = _order++,
            };
            _calls.Add(call);
            _underWay++;
            return call;
        }
    }

    internal void End(ChaosCall call, params CallEnd[] ends)
    {
        lock (_lock)
        {
            call.Ends = ends.Length == call.Rows.Length ? ends : [.. Enumerable.Repeat(ends[0], call.Rows.Length)];
            call.Ended = clock.GetTimestamp();
            call.EndedOrder = _order++;
            _underWay--;
        }
    }

    /// <summary>An estimate threw.</summary>
    internal void Misjudged(int run, Turn turn)
    {
        lock (_lock)
            _misjudged.Add((run, turn, _order++));
    }

    /// <summary>The estimates of a run that threw.</summary>
    internal IEnumerable<Turn> MisjudgedOf(int run) => _misjudged.Where(estimate => estimate.Run == run).Select(estimate => estimate.Turn);

    /// <summary>How the calls of one cell ended, in order, and the estimates that threw instead.</summary>
    internal ILookup<(int Column, long Row), (int Order, CallEnd End)> EndsOf(int run) => _calls
        .Where(call => call.Run == run)
        .SelectMany(call => call.Rows.Select(row => (Cell: (call.Column, row), call.BegunOrder, End: call.EndOf(row))))
        .Concat(_misjudged.Where(estimate => estimate.Run == run).Select(estimate => (Cell: (estimate.Turn.Column, estimate.Turn.Row), estimate.Order, estimate.Turn.End)))
        .OrderBy(end => end.Item2)
        .ToLookup(end => end.Cell, end => (end.Item2, end.End));
}
