namespace ExecGraph.Tests.Support.Chaos;

/// <summary>What a run of a case gave, as its user sees it.</summary>
internal sealed class ChaosResult
{
    /// <summary>The rows in the order in which they came, with what was kept of each.</summary>
    internal List<(long Row, (long Value, bool IsSkipped)[] Cells)> Rows { get; } = [];

    /// <summary>Null if the run failed.</summary>
    internal RunReport? Report { get; set; }

    /// <summary>What <see cref="GraphRun.Completion"/> threw.</summary>
    internal Exception? Failure { get; set; }

    /// <summary>What the loop over the rows threw.</summary>
    internal Exception? ReadFailure { get; set; }

    /// <summary>Whether the loop came to its end, with or without an exception.</summary>
    internal bool ReadToEnd { get; set; }

    /// <summary>What <see cref="RunOptions.OnRowDropped"/> was told.</summary>
    internal List<CellFailure> Told { get; } = [];

    /// <summary>When the case's own stop was asked for, on the run's clock; null if it was not.</summary>
    internal long? StopAskedAt { get; set; }

    internal CancellationToken CallerToken { get; set; }

    internal RunProgress? AtEnd { get; set; }
}

/// <summary>A reader that has had enough.</summary>
internal sealed class ReaderException : Exception;

/// <summary>A callback of the user's that fails.</summary>
internal sealed class CallbackException : Exception;
