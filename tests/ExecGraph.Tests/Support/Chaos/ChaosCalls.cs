namespace ExecGraph.Tests.Support.Chaos;

/// <summary>The code of one run's columns: does what the script says, and writes it into the journal.</summary>
internal sealed class ChaosCalls(ChaosCase chaos, int run, ChaosWorld world, CallJournal journal)
{
    /// <summary>How long a call ignores that it was given up on, in units.</summary>
    private const double Ignored = 9;

    /// <summary>Longer than anything waits for, in units.</summary>
    private const double Forever = 100_000;

    private readonly ChaosScript _script = new(chaos);

    internal long Cell(int column, ChaosSite site, long first, long value) => EndCell(BeginCell(column, site, first), site, first, value);

    internal ValueTask<long> CellAsync(int column, ChaosSite site, long first, long value)
    {
        ChaosCall call = BeginCell(column, site, first);
        double latency = Latency(call);
        return latency == 0 && !call.Turns[0].Waits
            ? new ValueTask<long>(EndCell(call, site, first, value)) // at once, also if it throws
            : LaterAsync(call, latency, site, first, value);
    }

    internal IReadOnlyList<long> Batch(int column, long[] rows, long[] firsts, Func<IReadOnlyList<long>> values, Action<int, Exception>? fail) =>
        EndBatch(BeginBatch(column, rows, firsts), values, fail);

    internal async ValueTask<IReadOnlyList<long>> BatchAsync(
        int column, long[] rows, long[] firsts, Func<IReadOnlyList<long>> values, Action<int, Exception>? fail, CancellationToken cancellationToken)
    {
        ChaosCall call = BeginBatch(column, rows, firsts);
        await WaitAsync(call, Latency(call), cancellationToken);
        return EndBatch(call, values, fail);
    }

    /// <summary>Estimates what a row's call weighs; a barrier's weighs nothing.</summary>
    /// <param name="column">The column.</param>
    /// <param name="row">The row; of a barrier, its row group.</param>
    /// <param name="first">The first column's value.</param>
    internal long Estimate(int column, long row, long first)
    {
        if (!_script.TryTakeEstimate(column, row, out Turn turn))
            return chaos.Columns[column].IsBarrier ? 0 : ChaosValues.Weight(first);
        journal.Misjudged(run, turn);
        throw turn.Exception(world.Unit)!;
    }

    private ChaosCall BeginCell(int column, ChaosSite site, long first) => journal.Begin(
        run, column, [site.Row], [_script.Next(column, site.Row)], site.Attempt, chaos.Columns[column].Plan.IsWeighted ? ChaosValues.Weight(first) : 0);

    private ChaosCall BeginBatch(int column, long[] rows, long[] firsts) => journal.Begin(
        run,
        column,
        rows,
        [.. rows.Select(row => _script.Next(column, row))],
        weight: chaos.Columns[column] is { IsBarrier: false, Plan.IsWeighted: true } ? firsts.Sum(ChaosValues.Weight) : 0);

    /// <summary>Seeded by the call's first turn.</summary>
    private double Latency(ChaosCall call)
    {
        Turn turn = call.Turns[0];
        return ChaosValues.Draw(chaos.Columns[turn.Column].Plan.Latency, "latency", turn.Row, turn.Column, turn.Call) / 4.0;
    }

    private async ValueTask<long> LaterAsync(ChaosCall call, double latency, ChaosSite site, long first, long value)
    {
        await WaitAsync(call, latency, site.CancellationToken);
        return EndCell(call, site, first, value);
    }

    private async Task WaitAsync(ChaosCall call, double latency, CancellationToken cancellationToken)
    {
        CallPlan plan = chaos.Columns[call.Column].Plan;
        Turn turn = call.Decider;
        double grace = world.IsVirtual ? plan.Grace : 0; // as long as can be, elsewhere
        bool mayHeed = world.IsVirtual || plan.Timeout is null; // on real threads, time may be over for any call
        (double wait, bool heeds) = turn.Step switch
        {
            Step.Hang => (Forever, true),
            Step.Ignore => (plan.Timeout!.Value + grace + ChaosValues.Draw(9, "ignored", turn.Row, turn.Call) + Ignored, false),
            Step.Late => (plan.Timeout!.Value + grace / 2, false),
            _ => (latency, mayHeed && ChaosValues.Draw(1, "heeds", turn.Row, turn.Call) == 0),
        };
        if (wait == 0)
            return;
        try
        {
            await world.Wait(wait, heeds ? cancellationToken : CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            journal.End(call, turn.Step == Step.Hang ? turn.End : CallEnd.Open);
            throw;
        }

        if (turn.Step == Step.Hang)
            throw new InvalidOperationException("The token of a call that hangs was never cancelled.");
    }

    private long EndCell(ChaosCall call, ChaosSite site, long first, long value)
    {
        Turn turn = call.Turns[0];
        if (site.Context is { } context && chaos.Columns[call.Column].Plan is { IsWeighted: true, ReportsWeight: true })
        {
            long weight = ChaosValues.ReportedWeight(first);
            call.Reported = call.IsAbandoned ? null : weight; // too late for anybody to listen
            context.ReportWeight(weight);
        }

        journal.End(call, turn.End);
        return turn.Exception(world.Unit) is { } exception ? throw exception : value;
    }

    /// <summary>Ends a call over many rows: the first row that has something to say about all of them decides, and each about itself otherwise.</summary>
    private IReadOnlyList<long> EndBatch(ChaosCall call, Func<IReadOnlyList<long>> values, Action<int, Exception>? fail)
    {
        Turn decider = call.Decider;
        if (fail is null || (decider.IsOfCall && decider.End.Kind != EndKind.Done))
        {
            journal.End(call, decider.End);
            return decider.Exception(world.Unit) is { } exception ? throw exception : values();
        }

        for (int i = 0; i < call.Turns.Length; i++)
        {
            if (!call.Turns[i].IsOfCall && call.Turns[i].Exception(world.Unit) is { } exception)
                fail(i, exception);
        }

        journal.End(call, [.. call.Turns.Select(turn => turn.IsOfCall ? CallEnd.Done : turn.End)]);
        return values();
    }
}

/// <summary>Where a cell's call stands, as far as it is told.</summary>
/// <param name="Row">The row.</param>
/// <param name="Attempt">The attempt; 0 if it is not told.</param>
/// <param name="Context">Null if it is given none.</param>
/// <param name="CancellationToken">Its token.</param>
internal readonly record struct ChaosSite(long Row, int Attempt, CellContext? Context, CancellationToken CancellationToken)
{
    internal static ChaosSite Of(CellContext context) => new(context.Row, context.Attempt, context, context.CancellationToken);
}
