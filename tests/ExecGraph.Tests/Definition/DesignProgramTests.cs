namespace ExecGraph.Tests.Definition;

public sealed class DesignProgramTests
{
    private static readonly string[] Topics = ["tea", "rain", "chess"];

    [Fact]
    public async Task The_whole_program_with_every_kind_of_column_compiles_and_runs()
    {
        var graph = new GraphBuilder();
        var model = new CellOptions { Limiter = new Limiter("writer") { MaxConcurrency = 64 }, Retry = new RetryOptions { MaxAttempts = 4 } };
        var judge = new CellOptions { Limiter = new Limiter("judge") { MaxConcurrency = 16 } };
        var llm = new Model();

        Column<string> topic = graph.Start("topic", row => Topics[row % Topics.Length]);
        Column<string> summary = graph.From(topic).Cell("summary", (t, ct) => llm.SummarizeAsync(t, ct), model);
        Column<string> trivia = graph.From(topic).Cell("trivia", llm.TriviaAsync, model);
        Column<string> analysis = graph.From(summary).Cell("analysis", (s, ct) => llm.AnalyzeAsync(s, ct), judge);
        Column<int> words = graph.From(analysis, trivia).Cell("words", (a, t) => Count(a) + Count(t));
        Column<float[]> vector = graph.From(analysis).Stream("vector", (batch, ct) => llm.EmbedAsync(batch, ct), new StreamOptions { MaxBatchSize = 64 });
        Column<bool> repeated = graph.From(vector).Barrier("repeated", vectors => NearDuplicates(vectors));
        Column<double> score = graph.From(words).Aggregate(
            "score",
            seed: () => new Moments(),
            accumulate: (m, w) => m.Add(w),
            merge: (a, b) => a.Merge(b),
            select: (m, w) => (w - m.Mean) / m.Deviation);

        ExecutionGraph table = graph.Build(rowCount: 10_000);
        table.ToMermaid().Should().StartWith("flowchart");

        var rows = new List<Row>();
        await using GraphRun run = table.Run(new RunOptions());
        await foreach (RowGroup group in run.RowGroups)
        {
            foreach (Row row in group)
                rows.Add(row);
        }

        RunReport report = await run.Completion;
        report.Rows.Should().Be(10_000);
        report.Cells.Should().Be(80_000);
        rows.Select(row => row.Index).Should().Equal(Enumerable.Range(0, 10_000).Select(row => (long)row));
        rows.Should().OnlyContain(row => analysis[row] == $"deep summary of {Topics[row.Index % 3]}");
        rows.Should().OnlyContain(row => row.Get(repeated) == (row.Index >= 3));
        rows.Select(row => score[row]).Sum().Should().BeApproximately(0, 1e-6);
        rows.Select(row => score[row] * score[row]).Average().Should().BeApproximately(1, 1e-9);

        RunReport other = await table.RunAsync();
        other.Rows.Should().Be(10_000);
    }

    private static int Count(string text) => text.Length;

    private static bool[] NearDuplicates(IRowBatch<float[]> vectors)
    {
        var seen = new HashSet<float>();
        return [.. vectors.Select(vector => !seen.Add(vector[0]))];
    }

    private sealed class Model
    {
        public async Task<string> SummarizeAsync(string text, CancellationToken cancellationToken)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return $"summary of {text}";
        }

        public ValueTask<string> TriviaAsync(string text, CancellationToken cancellationToken) => new($"{text} is {text.Length} letters");

        public Task<string> AnalyzeAsync(string text, CancellationToken cancellationToken) => Task.FromResult($"deep {text}");

        public async Task<IReadOnlyList<float[]>> EmbedAsync(IRowBatch<string> batch, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return [.. batch.Select(text => new[] { (float)text.Sum(letter => letter) })];
        }
    }

    private sealed class Moments
    {
        private double _count;
        private double _sum;
        private double _squares;

        public double Mean => _sum / _count;

        public double Deviation => Math.Sqrt(_squares / _count - Mean * Mean);

        public Moments Add(double value) => Merge(new Moments { _count = 1, _sum = value, _squares = value * value });

        public Moments Merge(Moments other)
        {
            _count += other._count;
            _sum += other._sum;
            _squares += other._squares;
            return this;
        }
    }
}
