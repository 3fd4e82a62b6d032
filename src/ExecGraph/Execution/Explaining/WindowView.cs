namespace ExecGraph.Execution;

/// <summary>Where a row group is in its life.</summary>
internal enum GroupPlace
{
    /// <summary>Not begun.</summary>
    Ahead,

    /// <summary>Being worked on in a stage.</summary>
    Admitted,

    /// <summary>Settled in a stage, and waiting for the next one.</summary>
    Parked,

    /// <summary>Settled in the last stage.</summary>
    Finished,
}

/// <summary>What <see cref="RowGroupWindow"/> knows of one row group, and of all of them, at one moment.</summary>
internal readonly record struct WindowView
{
    internal required GroupPlace Place { get; init; }

    /// <summary>The group, if it is admitted or parked.</summary>
    internal required ActiveRowGroup? Group { get; init; }

    /// <summary>The last stage in which a parked group is settled.</summary>
    internal required int SettledStage { get; init; }

    /// <summary>The stage that groups are admitted to, or whose barriers are being called.</summary>
    internal required int Stage { get; init; }

    /// <summary>Whether the barriers of the stage are being called: until they have their values, no group is admitted to it.</summary>
    internal required bool IsOpening { get; init; }

    internal required long? RowCount { get; init; }

    internal required long? GroupCount { get; init; }

    /// <summary>The next group to be admitted in this stage.</summary>
    internal required long Next { get; init; }

    /// <summary>The last group that a source has a row for; less than 0 if there is none.</summary>
    internal required long Demanded { get; init; }

    /// <summary>Groups being worked on.</summary>
    internal required int Admitted { get; init; }

    internal required long Parked { get; init; }

    internal required long Finished { get; init; }

    /// <summary>Whether no row of a finished group is missing.</summary>
    internal required bool IsWhole { get; init; }

    /// <summary>Whether no group is admitted because finished ones have not been read.</summary>
    internal required bool IsHeldBack { get; init; }

    /// <summary>Finished groups that the reader can have, or is at.</summary>
    internal required int Unread { get; init; }

    /// <summary>Finished groups that wait for one before them.</summary>
    internal required int Early { get; init; }
}
