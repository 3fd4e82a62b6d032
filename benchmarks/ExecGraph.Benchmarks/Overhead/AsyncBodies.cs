namespace ExecGraph.Benchmarks;

/// <summary>The same cells as asynchronous functions, in the three ways in which such a function can end.</summary>
internal sealed record AsyncBodies(
    Func<long, CancellationToken, ValueTask<int>> Topic,
    Func<int, CancellationToken, ValueTask<int>> Step,
    Func<int, int, CancellationToken, ValueTask<int>> Join)
{
    /// <summary>V: complete when it returns.</summary>
    internal static AsyncBodies Completed { get; } = new(
        (row, _) => new ValueTask<int>((int)row * 31 + 7),
        (x, _) => new ValueTask<int>(x * 31 + 7),
        (a, b, _) => new ValueTask<int>(a ^ b));

    /// <summary>Y: every cell goes once through the thread pool.</summary>
    internal static AsyncBodies Yielding { get; } = new(
        async (row, _) =>
        {
            await Task.Yield();
            return (int)row * 31 + 7;
        },
        async (x, _) =>
        {
            await Task.Yield();
            return x * 31 + 7;
        },
        async (a, b, _) =>
        {
            await Task.Yield();
            return a ^ b;
        });

    /// <summary>Q: pending until the loop completes it, on the loop's thread and without allocating.</summary>
    internal static AsyncBodies CompletedBy(CompletionLoop loop) => new(
        (row, _) => loop.Later((int)row * 31 + 7),
        (x, _) => loop.Later(x * 31 + 7),
        (a, b, _) => loop.Later(a ^ b));
}
