namespace ExecGraph.Tests.Support.Chaos;

internal enum CellState
{
    /// <summary>An input is missing, or its row had been given up before: it never runs.</summary>
    Unreached,
    Computed,
    Skipped,

    /// <summary>It ends its row, or the run.</summary>
    Fatal,
}

internal enum DeathKind
{
    Drop,
    Filter,
    FailRun,
}

/// <summary>Why a row ends, or the run.</summary>
/// <param name="Kind">Which of it.</param>
/// <param name="Column">The column by ordinal of the case.</param>
/// <param name="Row">The row; null for a call without one.</param>
/// <param name="Attempts">The attempts made, or <see cref="AnyAttempts"/>.</param>
/// <param name="Cause">See <see cref="Chaos.Cause"/>.</param>
internal sealed record Death(DeathKind Kind, int Column, long? Row, int Attempts, string Cause)
{
    /// <summary>Where it depends on what ran together.</summary>
    internal const int AnyAttempts = 0;
}

/// <summary>A cell of the reference table.</summary>
internal struct ReferenceCell
{
    internal CellState State;

    /// <summary>The column's value, and that of its side output.</summary>
    internal long Value;
    internal long SideValue;

    /// <summary>Attempts that failed, predicates that threw included.</summary>
    internal int Failures;

    /// <summary>Those of them that another attempt followed.</summary>
    internal int Retries;

    internal bool IsDefaulted;
    internal Death? Death;

    /// <summary>The round in which it was computed; see <see cref="ChaosReference"/>.</summary>
    internal int Round;

    internal readonly bool HasValue => State is CellState.Computed or CellState.Skipped;
}
