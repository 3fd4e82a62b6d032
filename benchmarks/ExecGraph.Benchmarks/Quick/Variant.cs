namespace ExecGraph.Benchmarks;

/// <summary>One way of doing what a row of the table compares.</summary>
internal sealed record Variant(string Name, Func<Receiver, Task> RunAsync)
{
    internal static Variant Of(string name, Action<Receiver> run) => new(name, receiver =>
    {
        run(receiver);
        return Task.CompletedTask;
    });
}
