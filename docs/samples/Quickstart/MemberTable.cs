using System.Globalization;
using System.Text.Json.Serialization;
using ExecGraph;

namespace Quickstart;

/// <summary>The table: its columns, and what each is made of.</summary>
internal sealed class MemberTable
{
    private readonly Column<Member> _member;
    private readonly Column<string> _kind;
    private readonly Column<string> _namespace;
    private readonly Column<string> _summary;
    private readonly Column<int> _words;
    private readonly Column<double?> _ease;
    private readonly Column<double> _lengthScore;
    private readonly Column<long?> _sameAs;
    private readonly Column<string> _verdict;

    /// <param name="members">The rows.</param>
    /// <param name="version">Says which members these are: a run is only continued with the same.</param>
    /// <param name="latency">How long a review takes.</param>
    /// <param name="reviewers">Reviews at once.</param>
    public MemberTable(IEnumerable<Member> members, string version, TimeSpan latency, int reviewers)
    {
        var graph = new GraphBuilder { RowGroupSize = 256 };

        // What is kept on disk needs a form there; numbers and texts have one.
        graph.UseCodec(TableJson.Default.Member);
        graph.UseCodec(TableJson.Default.Moments);

        // A source: one row for each member, read as the run goes on. Nobody has to know how many there are.
        _member = graph.Source("member", members);

        // Cells: plain functions from earlier columns to a new one, called by many threads at once.
        _kind = graph.From(_member).Cell("kind", member => MemberId.KindOf(member.Id), new CellOptions { Version = version });
        _namespace = graph.From(_member).Cell("namespace", member => MemberId.ParentOf(member.Type));
        _summary = graph.From(_member).Cell("summary", member => SummaryText.Plain(member.SummaryXml));
        _words = graph.From(_summary).Cell("words", SummaryText.CountWords);

        // A stream: whatever rows are ready, up to 64 a call.
        _ease = graph.From(_summary).Stream("ease", ReadingEase.ScoreAll, new StreamOptions { MaxBatchSize = 64 });

        // An aggregate: folds all rows into one small state, then gives each row its value.
        _lengthScore = graph.From(_words).Aggregate(
            "length_score",
            seed: () => new Moments(),
            accumulate: (moments, words) => moments.Add(words),
            merge: (left, right) => left.Merge(right),
            select: (moments, words) => moments.ZScore(words));

        // A barrier: one call that sees the whole column.
        _sameAs = graph.From(_summary).Barrier("same_as", Repeats.FirstRows);

        // Asynchronous cells behind a limit. They wait without holding a thread.
        var reviewer = new Reviewer(latency);
        var atMost = new CellOptions { Limiter = new Limiter("reviewers") { MaxConcurrency = reviewers } };
        _verdict = graph.From(_words, _ease, _sameAs).Cell("verdict", reviewer.ReviewAsync, atMost);

        Graph = graph.Build();
    }

    public ExecutionGraph Graph { get; }

    /// <summary>The file that the rows go to.</summary>
    public CsvSink ToCsv(string path) => new CsvSink(path)
        .Add(_kind)
        .Add(_namespace)
        .Add(_member, member => member.Id, "id")
        .Add(_words)
        .Add(_ease, ease => ease?.ToString("0.0", CultureInfo.InvariantCulture))
        .Add(_lengthScore, score => score.ToString("0.00", CultureInfo.InvariantCulture))
        .Add(_sameAs)
        .Add(_verdict)
        .Add(_member, member => member.File, "file")
        .Add(_summary);

    /// <summary>A finished row as the report reads it.</summary>
    public MemberRow Read(Row row) => new(
        row.Index,
        _kind[row],
        _namespace[row],
        _member[row].Id,
        _words[row],
        _ease[row],
        _lengthScore[row],
        _sameAs[row],
        _verdict[row],
        _member[row].File,
        _summary[row]);
}

[JsonSerializable(typeof(Member))]
[JsonSerializable(typeof(Moments))]
internal sealed partial class TableJson : JsonSerializerContext;
