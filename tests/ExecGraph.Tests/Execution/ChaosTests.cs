using CsCheck;
using ExecGraph.Tests.Support;
using ExecGraph.Tests.Support.Chaos;

namespace ExecGraph.Tests.Execution;

/// <summary>
/// Everything that can go wrong, mixed: random graphs whose calls fail, hang, are rejected and are given up on, in runs that share limiters and may be
/// stopped, against one loop after another.
/// </summary>
public sealed class ChaosTests
{
    [Fact]
    public void Whatever_goes_wrong_in_virtual_time_a_run_gives_what_loops_give() =>
        ChaosCases.Virtual.Sample(chaos => ChaosTrial.Hold(chaos, ChaosWorld.Virtual()), iter: Soak.Times(3_000), threads: 2);

    [Fact]
    public void Whatever_goes_wrong_on_real_threads_a_run_gives_what_loops_give() =>
        ChaosCases.Real.Sample(chaos => ChaosTrial.Hold(chaos, ChaosWorld.Real()), iter: Soak.Times(100), threads: 2);

    [Fact]
    public void In_virtual_time_whatever_goes_wrong_takes_the_same_turns_each_time() =>
        ChaosCases.Virtual.Sample(chaos => ChaosTrial.HistoryOf(chaos).SequenceEqual(ChaosTrial.HistoryOf(chaos)), iter: Soak.Times(200), threads: 2);
}
