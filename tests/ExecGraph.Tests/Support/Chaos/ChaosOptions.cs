namespace ExecGraph.Tests.Support.Chaos;

/// <summary>The options of a case, as the library takes them.</summary>
internal sealed class ChaosOptions(ChaosCase chaos, ChaosWorld world, Limiter[] limiters)
{
    internal static Limiter[] Limiters(ChaosCase chaos, ChaosWorld world) =>
    [
        .. chaos.Limiters.Select((limiter, i) => new Limiter($"limiter {i}")
        {
            MaxConcurrency = limiter.MaxConcurrency ?? int.MaxValue,
            Requests = limiter.Requests is { } requests ? new RateLimit(requests.Permits, world.Time(requests.Window)) : null,
            Weight = limiter.Weight is { } weight ? new RateLimit(weight.Permits, world.Time(weight.Window)) : null,
            Adaptive = (limiter.Adapts ? new AdaptiveConcurrency { SuccessesPerIncrease = 3 } : AdaptiveConcurrency.Off) with
            {
                CoolDown = world.Time(1),
                MaxCoolDown = world.Time(8),
            },
        }),
    ];

    internal CellOptions OfCells(int column, Func<CellInputs, long> weight)
    {
        (ChaosColumn chosen, CallPlan plan) = (chaos.Columns[column], chaos.Columns[column].Plan);
        return Fill(new CellOptions { IsOrderDependent = chosen.IsOrdered, RunsOnSkippedInputs = chosen.RunsOnSkippedInputs }, column, chosen, plan, weight);
    }

    internal StreamOptions OfStream(int column, Func<CellInputs, long> weight)
    {
        (ChaosColumn chosen, CallPlan plan) = (chaos.Columns[column], chaos.Columns[column].Plan);
        var options = new StreamOptions
        {
            IsOrderDependent = chosen.IsOrdered,
            RunsOnSkippedInputs = chosen.RunsOnSkippedInputs,
            MaxBatchSize = plan.MaxBatch,
            MinBatchSize = plan.MinBatch,
            SplitFailedBatches = plan.Splits,
        };
        return (StreamOptions)Fill(options, column, chosen, plan, weight);
    }

    internal BarrierOptions OfBarrier(int column, Func<CellInputs, long> weight)
    {
        (ChaosColumn chosen, CallPlan plan) = (chaos.Columns[column], chaos.Columns[column].Plan);
        var options = new BarrierOptions
        {
            RunsOnSkippedInputs = chosen.RunsOnSkippedInputs,
            Scope = chosen.IsOfGroup ? BarrierScope.RowGroup : BarrierScope.Dataset,
        };
        return (BarrierOptions)Fill(options, column, chosen, plan, weight);
    }

    internal RunOptions OfRun(int run, Action<CellFailure> dropped)
    {
        ChaosSettings settings = chaos.Settings;
        ChaosStop stop = run == 0 ? chaos.Stop : new ChaosStop(StopKind.None, 0, null);
        return world.Options with
        {
            Workers = settings.Workers,
            MaxConcurrentCells = settings.MaxConcurrentCells,
            MaxActiveRowGroups = settings.MaxActiveRowGroups,
            MaxBufferedRowGroups = settings.MaxBufferedRowGroups,
            Output = settings.Output,
            OnFailure = settings.Policy == ChaosPolicy.UseDefault ? CellFailurePolicy.UseDefault() : Policy(ChaosPolicy.DropRow, chaos.Columns[0]),
            OnRowDropped = dropped,
            StopGrace = settings.StopGrace is { } grace ? world.Time(grace) : null,
            MaxReportedDrops = settings.MaxReportedDrops,
            StopAtFailureRate = stop.Kind == StopKind.FailureRate ? new FailureRate(0.5, stop.At) : null,
            Budget = stop.Kind switch
            {
                StopKind.BudgetOfCells => new RunBudget { Cells = stop.At },
                StopKind.BudgetOfCost => new RunBudget { Cost = stop.At },
                StopKind.BudgetOfTime => new RunBudget { Time = world.Time(stop.At / 4.0) },
                _ => null,
            },
        };
    }

    private CellOptions Fill(CellOptions options, int ordinal, ChaosColumn column, CallPlan plan, Func<CellInputs, long> weight) => options with
    {
        Limiter = plan.Limiter is { } limiter ? limiters[limiter] : null,
        Weight = plan.IsWeighted ? weight : null,
        Retry = column.MaxAttempts == 1 && !plan.AsksBeforeRetry ? null : new RetryOptions
        {
            MaxAttempts = column.MaxAttempts,
            Delay = world.Time(plan.Delay),
            MaxDelay = world.Time(8 * plan.Delay),
            HasJitter = plan.HasJitter,
            ShouldRetry = plan.AsksBeforeRetry ? ShouldRetry : null,
        },
        Timeout = column.IsAsync && plan.Timeout is { } timeout ? world.Time(timeout) : null,
        TimeoutGrace = world.IsVirtual ? world.Time(plan.Grace) : TimeSpan.FromHours(1),
        OnFailure = plan.Policy == ChaosPolicy.OfRun ? null : Policy(plan.Policy, column, $"c{ordinal}"),
        CostPerAttempt = plan.Cost,
    };

    private static bool ShouldRetry(Exception exception, int attempt) => exception is not ChaosException chaos || chaos.Step switch
    {
        Step.ThrowForGood => false,
        Step.ThrowOddly => throw new ChaosException(Step.ThrowOddly, $"asked about {chaos.Message}"),
        _ => true,
    };

    private static CellFailurePolicy Policy(ChaosPolicy policy, ChaosColumn column, string name = "")
    {
        CellFailurePolicy Default(long? value) =>
            value is not { } v ? CellFailurePolicy.UseDefault()
            : column.Kind == ChaosKind.TwoOutputs ? CellFailurePolicy.UseDefault((v, ~v))
            : CellFailurePolicy.UseDefault(v);
        CellFailurePolicy Decide(CellFailure failure)
        {
            Verdict verdict = Verdict.Of(policy, failure.Column, failure.Row, failure.Attempts, Cause.Of(failure.Exception));
            return verdict.Kind switch
            {
                VerdictKind.Drop => CellFailurePolicy.DropRow,
                VerdictKind.Default => Default(verdict.Value),
                _ => policy == ChaosPolicy.Throws ? throw new ChaosException(Step.Throw, $"policy of {failure.Column}") : CellFailurePolicy.FailRun,
            };
        }

        return policy switch
        {
            ChaosPolicy.DropRow => CellFailurePolicy.DropRow,
            ChaosPolicy.UseDefault => CellFailurePolicy.UseDefault(),
            ChaosPolicy.UseValue => Default(ChaosValues.DefaultValue(name)),
            ChaosPolicy.FailRun => CellFailurePolicy.FailRun,
            _ => CellFailurePolicy.Decide(Decide),
        };
    }
}
