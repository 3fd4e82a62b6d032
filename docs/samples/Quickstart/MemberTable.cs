using ExecGraph;

namespace Quickstart;

/// <summary>The table: one row for each documented member, and every kind of column that the library has.</summary>
public sealed class MemberTable
{
    public MemberTable(IEnumerable<Member> members, QuickstartOptions options)
    {
        var graph = new GraphBuilder();

        // Input that exists already. It is read as the run goes on, and the table ends where it ends.
        Column<Member> member = graph.Source("member", members);

        // Cells: computed one by one, as soon as what they need is there.
        Id = graph.From(member).Cell("id", m => m.Id);
        Kind = graph.From(Id).Cell("kind", Member.KindOf);
        Namespace = graph.From(Id).Cell("namespace", Member.NamespaceOf);
        Summary = graph.From(member).Cell("summary", m => SummaryText.Plain(m.Summary));
        Words = graph.From(Summary).Cell("words", SummaryText.CountWords);

        // A slow service with a limit of its own: while it works on some rows, the others go on.
        var reviewer = new CellOptions { Limiter = new Limiter("reviewer") { MaxConcurrency = options.Reviewers } };
        Verdict = graph.From(Summary, Words).Cell(
            "verdict",
            async (summary, words, context) =>
            {
                await Task.Delay(options.Latency, context.TimeProvider, context.CancellationToken);
                return summary.Length == 0 ? "missing" : !summary.EndsWith('.') ? "no full stop" : words < 4 ? "too short" : words > 60 ? "too long" : "fine";
            },
            reviewer);

        // A stream: called with whatever rows are ready, up to 64 at a time.
        LettersPerWord = graph.From(Summary).Stream("letters per word", batch => batch.Select(AverageWordLength).ToArray(), new StreamOptions { MaxBatchSize = 64 });

        // An aggregate sees all rows, group by group: how far a summary's length is from the mean, in standard deviations.
        LengthScore = graph.From(Words).Aggregate(
            "length score",
            seed: () => new Moments(),
            accumulate: (moments, words) => moments.With(words),
            merge: (earlier, later) => earlier.With(later),
            select: (moments, words) => moments.Score(words));

        // A barrier sees all rows at once: the row in which the same summary stands first, or -1.
        RepeatOf = graph.From(Summary).Barrier("repeat of", FirstRowsOfRepeats);

        graph.Output(Id, Kind, Namespace, Summary, Words, Verdict, LettersPerWord, LengthScore, RepeatOf);
        Graph = graph.Build();
    }

    public ExecutionGraph Graph { get; }

    public Column<string> Id { get; }

    public Column<string> Kind { get; }

    public Column<string> Namespace { get; }

    public Column<string> Summary { get; }

    public Column<int> Words { get; }

    public Column<string> Verdict { get; }

    public Column<double> LettersPerWord { get; }

    public Column<double> LengthScore { get; }

    public Column<long> RepeatOf { get; }

    private static double AverageWordLength(string summary) =>
        SummaryText.CountWords(summary) is var words and > 0 ? (double)summary.Count(char.IsLetterOrDigit) / words : 0;

    private static long[] FirstRowsOfRepeats(IRowBatch<string> summaries)
    {
        var first = new Dictionary<string, long>(StringComparer.Ordinal);
        var repeats = new long[summaries.Count];
        for (int i = 0; i < summaries.Count; i++)
            repeats[i] = summaries[i].Length == 0 || first.TryAdd(summaries[i], summaries.RowAt(i)) ? -1 : first[summaries[i]];
        return repeats;
    }
}
