namespace ExecGraph.Benchmarks;

/// <summary>What a consumer must receive in one run: how many values, and their sum. The default: nothing.</summary>
internal readonly record struct Check(long Rows, long Sum);
