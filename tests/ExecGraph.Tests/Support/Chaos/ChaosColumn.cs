namespace ExecGraph.Tests.Support.Chaos;

internal enum ChaosKind
{
    Start,
    Cell,
    TwoOutputs,
    Stream,
    Barrier,
    Aggregate,
    AggregateForAll,
}

/// <summary>A predicate over one or two columns before it, given by numbers that choose among them.</summary>
internal sealed record ChaosPredicate(int[] Reads, bool HasValue, bool IsForSideOutput, bool MayThrow);

internal enum ChaosFilter
{
    None,
    Drops,
    MayThrow,
}

/// <summary>A column of a random graph: what it is made of, how it is called, and what goes wrong. Times are in units of the run's clock.</summary>
internal sealed record ChaosColumn
{
    internal required ChaosKind Kind { get; init; }

    internal bool IsAsync { get; init; }

    internal bool IsOrdered { get; init; }

    /// <summary>Of a barrier or aggregate: whether its scope is the row group.</summary>
    internal bool IsOfGroup { get; init; }

    /// <summary>Two inputs, by numbers that choose among the columns before it.</summary>
    internal int[] Reads { get; init; } = [];

    internal ChaosPredicate[] Predicates { get; init; } = [];

    internal bool RunsOnSkippedInputs { get; init; }

    internal bool HasSkippedValue { get; init; }

    internal ChaosFilter Filter { get; init; }

    internal CallPlan Plan { get; init; } = new();

    internal Fault[] Faults { get; init; } = [];

    internal bool IsBarrier => Kind >= ChaosKind.Barrier;

    internal bool IsAggregate => Kind >= ChaosKind.Aggregate;

    /// <summary>Whether a call may cover many rows.</summary>
    internal bool IsBatch => Kind is ChaosKind.Stream or ChaosKind.Barrier;

    /// <summary>Attempts of a cell, or of a barrier, which has many: when it has none left the run fails.</summary>
    internal int MaxAttempts => IsAggregate ? 1_000 : IsBarrier && Plan.Policy != ChaosPolicy.FailRun ? 10 : Plan.Attempts;

    /// <summary>Which step a call makes: no more than this column can do.</summary>
    /// <param name="row">The row; of a barrier, its row group.</param>
    /// <param name="call">Calls of the cell before this one, estimates that threw included.</param>
    internal Step StepOf(long row, int call)
    {
        Step step = Array.Find(Faults, fault => fault.IsOf(row)) is { } fault && call < fault.Steps.Length ? fault.Steps[call] : Step.Succeed;
        bool canWait = IsAsync && Plan.Timeout is not null;
        return step switch
        {
            Step.Hang or Step.Ignore or Step.Late when !canWait => IsBatch ? Step.ThrowAll : Step.Throw,
            Step.Late when Plan.Grace == 0 => Step.Ignore,
            Step.MisjudgeWeight when !Plan.IsWeighted => Step.Throw,
            _ => step,
        };
    }

    /// <summary>Rows of one call at an attempt, of a stream whose failed calls are split.</summary>
    internal int MostRowsAt(int attempt) => attempt == 1 ? Plan.MaxBatch : attempt >= MaxAttempts ? 1 : Math.Max(1, Plan.MaxBatch >> (attempt - 1));

    public override string ToString() =>
        $"{(IsAsync ? "asynchronous " : "")}{(IsOrdered ? "ordered " : "")}{Kind}{(IsOfGroup ? " of the row group" : "")}"
        + $"{(RunsOnSkippedInputs ? ", runs on skipped inputs" : "")}{(HasSkippedValue ? ", has a skipped value" : "")}{(Filter == ChaosFilter.None ? "" : $", filter {Filter}")}"
        + $"\n    {Plan}{string.Concat(Faults.Select(fault => $"\n    {fault}"))}";
}
