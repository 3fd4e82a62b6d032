namespace ExecGraph.Benchmarks;

/// <summary>What a completion costs in the tracker alone.</summary>
internal static class TrackerTargets
{
    private const ulong EvenRows = 0x5555_5555_5555_5555;

    internal static async Task<IReadOnlyList<Finding>> MeasureAsync()
    {
        var table = new TrackedTable();
        using var threads = new TwoThreads();
        Rounds rounds = await Rounds.MeasureAsync(
            new Effort(WarmUp: 10, Rounds: 31, Seconds: 5),
            TrackedTable.Cells,
            default,
            Tracked("one cell at a time", tracker => TrackedTable.CompleteOneByOne(tracker, ulong.MaxValue, WordRange.All)),
            Tracked("64 at a time", tracker => TrackedTable.CompleteByWords(tracker)),
            OnTwo("far apart", ulong.MaxValue, WordRange.FirstHalf, ulong.MaxValue, WordRange.SecondHalf),
            OnTwo("neighbouring", ulong.MaxValue, WordRange.Even, ulong.MaxValue, WordRange.Odd),
            OnTwo("the same", EvenRows, WordRange.All, ~EvenRows, WordRange.All));
        return
        [
            Finding.Absolute("tracker, one cell at a time <= 15 ns", $"{rounds.Nanoseconds(0):F2} ns", rounds.Nanoseconds(0) <= 15),
            Finding.ToKnow("the same: x faster than graph and tracker of the ancestor in Python", "4,000 ns", rounds.Ratio(AncestorTargets.AncestorNanoseconds, to: 0)),
            Finding.Absolute("tracker, 64 at a time <= 1 ns", $"{rounds.Nanoseconds(1):F2} ns", rounds.Nanoseconds(1) <= 1),
            Finding.ToKnow("tracker, two threads on words far apart: x faster than one", WallTime(2), rounds.Ratio(0, to: 2)),
            Finding.ToKnow("tracker, two threads on neighbouring words: x faster than one", WallTime(3), rounds.Ratio(0, to: 3)),
            Finding.ToKnow("tracker, two threads on the same words: x faster than one", WallTime(4), rounds.Ratio(0, to: 4)),
        ];

        string WallTime(int variant) => $"{rounds.Nanoseconds(variant):F2} ns of wall time";

        Variant OnTwo(string words, ulong rows, WordRange range, ulong otherRows, WordRange otherRange) =>
            Tracked($"two threads, {words}", tracker => threads.Run(
                () => TrackedTable.CompleteOneByOne(tracker, rows, range),
                () => TrackedTable.CompleteOneByOne(tracker, otherRows, otherRange)));

        Variant Tracked(string name, Action<CompletionTracker> complete) => Variant.Of(name, _ =>
        {
            CompletionTracker tracker = table.Begin();
            complete(tracker);
            TrackedTable.Verify(tracker);
        });
    }
}
