namespace ExecGraph.Tests.Support.Chaos;

/// <summary>One call as the code that was called saw it. Times are ticks of the run's clock, orders count begins and ends over all runs.</summary>
/// <remarks>Written under the journal's lock.</remarks>
internal sealed class ChaosCall
{
    internal required int Run { get; init; }

    internal required int Column { get; init; }

    /// <summary>Its rows, ascending; of a barrier, its row group alone.</summary>
    internal required long[] Rows { get; init; }

    /// <summary>What each of its rows was to do.</summary>
    internal required Turn[] Turns { get; init; }

    /// <summary>The attempt that it was told; 0 if none.</summary>
    internal int Attempt { get; init; }

    /// <summary>What it was estimated to weigh.</summary>
    internal long Weight { get; init; }

    /// <summary>What it said that it weighed; null if it did not.</summary>
    internal long? Reported { get; set; }

    internal long Begun { get; init; }

    internal int BegunOrder { get; init; }

    /// <summary>Null while it is under way.</summary>
    internal long? Ended { get; set; }

    internal int EndedOrder { get; set; } = int.MaxValue;

    /// <summary>How it ended for each of its rows.</summary>
    internal CallEnd[] Ends { get; set; } = [];

    /// <summary>Whose turn decides about the whole call: the first that has something to say about it, else the first.</summary>
    internal Turn Decider => Turns[Math.Max(0, Array.FindIndex(Turns, turn => turn.IsOfCall))];

    /// <summary>Whether nobody waits for it any more from some time on, before it ends.</summary>
    internal bool IsAbandoned => Decider.Step == Step.Ignore;

    /// <summary>Whose turn decided about a row.</summary>
    internal Turn TurnOf(long row) => Decider.IsOfCall ? Decider : Turns[Array.IndexOf(Rows, row)];

    internal CallEnd EndOf(long row) => Ends.Length == 0 ? CallEnd.Open : Ends[Array.IndexOf(Rows, row)];
}
