using CsCheck;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>Random cases: small graphs of every kind of column, most of whose cells go well, and some of whose do everything else.</summary>
internal static class ChaosCases
{
    /// <summary>Anything that time in steps can show.</summary>
    internal static Gen<ChaosCase> Virtual => Any([.. Enum.GetValues<Step>()], maxRows: 150);

    /// <summary>What has one outcome on real threads, too: there any call may be slow, so none is given up on.</summary>
    internal static Gen<ChaosCase> Real => Any([.. Enum.GetValues<Step>().Where(step => step != Step.Ignore)], maxRows: 70)
        .Select(chaos => chaos with { Columns = [.. chaos.Columns.Select(ForRealThreads)] });

    private static ChaosColumn ForRealThreads(ChaosColumn column) => column with
    {
        Plan = column.Plan with { Grace = 1 },
        Faults = [.. column.Faults.Select(fault => fault with { Steps = [.. fault.Steps.Select(step => ForRealThreads(step, column.Plan))] })],
    };

    private static Step ForRealThreads(Step step, CallPlan plan) => step switch
    {
        Step.CancelItself when plan.Timeout is not null => Step.Throw, // if its time is over, that is what it failed of
        Step.Reject or Step.RejectAll when plan.Limiter is null => Step.RejectFor, // else it is not called again for a second
        _ => step,
    };

    private static Gen<ChaosCase> Any(Step[] steps, int maxRows) =>
        from limiters in Limiter.Array[0, 3]
        from first in First
        from columns in Column(steps, limiters.Length).Array[1, 7]
        from rows in Gen.OneOf<int>(Gen.Int[1, 12], Gen.Int[1, maxRows])
        from groupSize in Gen.OneOf(1, 2, 3, 8, 63, 64, 65, 1024)
        from isOpenEnded in Gen.Bool
        from kept in Gen.OneOf(Gen.Const(0), Gen.Int[0, 1023])
        from settings in Settings
        from stop in Stop
        from hasSecondRun in Gen.Int[0, 3]
        select new ChaosCase([first, .. columns], limiters, rows, groupSize, isOpenEnded, kept, settings, stop.Kind == StopKind.SourceThrows && !isOpenEnded ? stop with { Kind = StopKind.None } : stop, hasSecondRun == 0);

    private static Gen<ChaosLimiter> Limiter { get; } =
        from most in Gen.OneOf(Gen.Const((int?)null), Gen.Int[1, 6].Select(most => (int?)most))
        from requests in Window(1, 6)
        from weight in Window(3, 20)
        from adapts in Gen.Bool
        select new ChaosLimiter(most, requests, weight, adapts);

    private static Gen<(long, double)?> Window(int least, int most) => Gen.OneOf(
        Gen.Const(((long, double)?)null),
        Gen.Select(Gen.Int[least, most], Gen.Int[1, 12]).Select((permits, quarters) => ((long, double)?)(permits, quarters / 4.0)));

    /// <summary>Nothing goes wrong in the first column: its values tell rows apart.</summary>
    private static Gen<ChaosColumn> First { get; } =
        from isAsync in Gen.Bool
        from latency in Gen.Int[0, 3]
        from filters in Gen.Int[0, 5]
        select new ChaosColumn
        {
            Kind = ChaosKind.Start,
            IsAsync = isAsync,
            Filter = filters == 0 ? ChaosFilter.Drops : ChaosFilter.None,
            Plan = new CallPlan { Latency = latency },
        };

    private static Gen<ChaosColumn> Column(Step[] steps, int limiters) =>
        from kind in Gen.Frequency(
            (1, Gen.Const(ChaosKind.Start)),
            (8, Gen.Const(ChaosKind.Cell)),
            (2, Gen.Const(ChaosKind.TwoOutputs)),
            (4, Gen.Const(ChaosKind.Stream)),
            (2, Gen.Const(ChaosKind.Barrier)),
            (1, Gen.Const(ChaosKind.Aggregate)),
            (1, Gen.Const(ChaosKind.AggregateForAll)))
        from isAsync in Gen.Int[0, 2]
        from isOrdered in Gen.Int[0, 4]
        from isOfGroup in Gen.Bool
        from reads in Gen.Int[0, 999].Array[2]
        from predicates in Predicate.Array[0, 2]
        from optsOut in Gen.Int[0, 3]
        from hasSkippedValue in Gen.Bool
        from filter in Gen.Int[0, 29]
        from plan in Plan(kind, limiters)
        from faults in FaultOf(steps).Array[0, 3]
        select new ChaosColumn
        {
            Kind = kind,
            IsAsync = isAsync > 0 && kind < ChaosKind.Aggregate,
            IsOrdered = isOrdered == 0,
            IsOfGroup = isOfGroup && kind is ChaosKind.Barrier or ChaosKind.Aggregate or ChaosKind.AggregateForAll,
            Reads = reads,
            Predicates = isOrdered % 2 == 0 ? predicates : [],
            RunsOnSkippedInputs = optsOut == 0,
            HasSkippedValue = hasSkippedValue,
            Filter = filter switch { 0 => ChaosFilter.MayThrow, 1 or 2 => ChaosFilter.Drops, _ => ChaosFilter.None },
            Plan = plan,
            Faults = faults,
        };

    private static Gen<ChaosPredicate> Predicate { get; } =
        from reads in Gen.Int[0, 999].Array[1, 2]
        from hasValue in Gen.Bool
        from isForSide in Gen.Bool
        from mayThrow in Gen.Int[0, 7]
        select new ChaosPredicate(reads, hasValue, isForSide, mayThrow == 0);

    private static Gen<CallPlan> Plan(ChaosKind kind, int limiters) =>
        from attempts in Gen.Int[1, 4]
        from delay in Gen.OneOf(Gen.Const(0.0), Gen.Int[1, 8].Select(quarters => quarters / 4.0))
        from hasJitter in Gen.Bool
        from asks in Gen.Bool
        from timeout in Gen.OneOf(Gen.Const((double?)null), Gen.Int[1, 3].Select(units => (double?)units))
        from grace in Gen.OneOf(0, 0.5, 1, 2)
        from policy in Gen.Frequency(
            (6, Gen.Const(ChaosPolicy.OfRun)),
            (12, Gen.Const(ChaosPolicy.DropRow)),
            (8, Gen.Const(ChaosPolicy.UseValue)),
            (4, Gen.Const(ChaosPolicy.UseDefault)),
            (10, Gen.Const(ChaosPolicy.Decide)),
            (1, Gen.Const(ChaosPolicy.FailRun)),
            (1, Gen.Const(ChaosPolicy.Throws)))
        from limiter in Gen.Int[-1, limiters - 1]
        from weighs in Gen.Int[0, 3]
        from maxBatch in Gen.Int[1, 70]
        from minBatch in Gen.Int[1, 9]
        from splits in Gen.Bool
        from latency in Gen.Int[0, 3]
        from cost in Gen.Int[0, 2]
        select new CallPlan
        {
            Attempts = attempts,
            Delay = delay,
            HasJitter = hasJitter,
            AsksBeforeRetry = asks,
            Timeout = timeout,
            Grace = grace,
            Policy = policy,
            Limiter = limiter < 0 ? null : limiter,
            IsWeighted = weighs > 1 && limiter >= 0 && kind is ChaosKind.Cell or ChaosKind.TwoOutputs or ChaosKind.Stream or ChaosKind.Barrier,
            ReportsWeight = weighs == 3,
            MaxBatch = maxBatch % 2 == 0 ? maxBatch : 1 + maxBatch / 8,
            MinBatch = minBatch,
            Splits = splits,
            Latency = latency,
            Cost = kind < ChaosKind.Aggregate ? cost : 0, // how often an aggregate is folded is told by no call
        };

    private static Gen<Fault> FaultOf(Step[] steps) =>
        from every in Gen.Int[1, 12]
        from offset in Gen.Int[0, 11]
        from chosen in Gen.OneOf(steps).Array[1, 4]
        select new Fault(every, offset, chosen);

    private static Gen<ChaosSettings> Settings { get; } =
        from workers in Gen.Int[1, 4]
        from cells in Gen.OneOf(Gen.Int[1, 4], Gen.Int[1, 64])
        from active in Gen.Int[1, 5]
        from buffered in Gen.Int[1, 3]
        from output in Gen.Frequency((4, Gen.Const(OutputOrder.InOrder)), (2, Gen.Const(OutputOrder.AsCompleted)), (1, Gen.Const(OutputOrder.None)))
        from usesDefault in Gen.Bool
        from grace in Gen.OneOf<double?>(null, 0, 0.5, 3)
        from pause in Gen.OneOf(Gen.Const(0), Gen.Int[0, 8])
        from reported in Gen.OneOf(0, 3, 1000)
        select new ChaosSettings(workers, cells, active, buffered, output, usesDefault ? ChaosPolicy.UseDefault : ChaosPolicy.DropRow, grace, pause, reported);

    private static Gen<ChaosStop> Stop { get; } =
        from kind in Gen.Frequency(
            (14, Gen.Const(StopKind.None)),
            (3, Gen.Const(StopKind.StopAsync)),
            (2, Gen.Const(StopKind.Cancel)),
            (1, Gen.Const(StopKind.ReaderLeaves)),
            (1, Gen.Const(StopKind.ReaderThrows)),
            (1, Gen.Const(StopKind.DropCallbackThrows)),
            (1, Gen.Const(StopKind.BudgetOfCells)),
            (1, Gen.Const(StopKind.BudgetOfCost)),
            (1, Gen.Const(StopKind.BudgetOfTime)),
            (1, Gen.Const(StopKind.FailureRate)),
            (1, Gen.Const(StopKind.SourceThrows)))
        from at in Gen.Int[1, 60]
        from grace in Gen.OneOf<double?>(null, 0, 0.5, 3)
        select new ChaosStop(kind, at, grace);
}
