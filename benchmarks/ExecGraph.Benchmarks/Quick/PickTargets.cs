namespace ExecGraph.Benchmarks;

/// <summary>Whether picking the next run stays as cheap as it is.</summary>
internal static class PickTargets
{
    private const int Cells = 1 << 20;

    internal static async Task<IReadOnlyList<Finding>> MeasureAsync()
    {
        Rounds rounds = await Rounds.MeasureAsync(
            new Effort(WarmUp: 2, Rounds: 9, Seconds: 10),
            Cells,
            default,
            Of(ready: 1 << 10, columns: 8),
            Of(ready: 1 << 15, columns: 8),
            Of(ready: 1 << 20, columns: 8),
            Of(ready: 1 << 15, columns: 256));
        return
        [
            Finding.AtMost(
                "pick, from 1k to 1M ready cells: flat within 1.3 x",
                $"{rounds.Nanoseconds(0):F0} ns, 32k {rounds.Nanoseconds(1):F0} ns, 1M {rounds.Nanoseconds(2):F0} ns",
                rounds.Ratio(2, to: 0),
                1.3),
            Finding.AtMost(
                "pick, from 8 to 256 columns: flat within 1.3 x",
                $"{rounds.Nanoseconds(1):F0} ns, 256 columns {rounds.Nanoseconds(3):F0} ns",
                rounds.Ratio(3, to: 1),
                1.3),
        ];
    }

    private static Variant Of(int ready, int columns)
    {
        var backlog = new Backlog(ready, columns, Cells);
        return new Variant($"{ready} ready cells of {columns} columns", _ => backlog.RunAsync());
    }
}
