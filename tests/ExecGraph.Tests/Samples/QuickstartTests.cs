using System.Globalization;
using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class QuickstartTests : IDisposable
{
    private readonly DocumentationFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_writes_one_line_for_each_member_and_a_report()
    {
        _folder.Add("a.xml", """
            <member name="T:N.A"><summary>Holds a <see cref="T:System.Uri" />, or more.</summary></member>
            <member name="M:N.A.#ctor"><summary>Makes it all anew.</summary></member>
            <member name="P:N.A.Size"><summary /></member>
            """);
        _folder.Add("b.xml", """<member name="M:N.B.#ctor"><summary>Makes it <c>all</c> anew.</summary></member>""");

        int exitCode = await Run("--latency", "0");

        exitCode.Should().Be(0);
        _errors.ToString().Should().BeEmpty();
        _output.ToString().Should().Contain("flowchart LR").And.Contain("4 rows written to");
        (await ReadCsv()).Should().Equal(
            "row,kind,namespace,id,words,ease,length_score,same_as,verdict,file,summary",
            "0,Type,N,T:N.A,5,100.2,0.91,,good,a.xml,\"Holds a Uri, or more.\"",
            "1,Method,N,M:N.A.#ctor,4,75.9,0.39,,good,a.xml,Makes it all anew.",
            "2,Property,N,P:N.A.Size,0,,-1.69,,missing,a.xml,",
            "3,Method,N,M:N.B.#ctor,4,75.9,0.39,1,repeat,b.xml,Makes it all anew.");
        (await File.ReadAllTextAsync(Out("report.md"))).Should().Contain("| 2 | Makes it all anew. |").And.Contain("- P:N.A.Size");
    }

    [Fact]
    public async Task Rows_takes_the_first_members_only()
    {
        AddMembers("a.xml", 2000);

        (await Run("--rows", "1000", "--latency", "0")).Should().Be(0);

        (await ReadCsv()).Should().HaveCount(1001);
        _output.ToString().Should().Contain("1,000 rows written");
    }

    [Fact]
    public async Task A_stop_leaves_complete_files_of_what_was_finished()
    {
        AddMembers("a.xml", 100);

        int exitCode = await Run(new CancellationToken(canceled: true));

        exitCode.Should().Be(130);
        _errors.ToString().Should().BeEmpty();
        _output.ToString().Should().Contain("Stopped: 0 rows written");
        File.Exists(Out("members.csv")).Should().BeFalse("the run never began");
        (await File.ReadAllTextAsync(Out("report.md"))).Should().Contain("0 members");
    }

    [Fact]
    public async Task A_stop_halfway_leaves_the_rows_that_were_finished_in_both_files()
    {
        const int All = 20_000;
        AddMembers("a.xml", All);
        using var interrupt = new CancellationTokenSource();
        await using var output = new WatchedWriter(() =>
        {
            // Not by the rows on the progress line: a finished group that waits for the one before it is counted there, and not written.
            if (LengthOf(Out("members.csv")) > 100)
                interrupt.Cancel();
        });

        int exitCode = await Program.RunAsync(
            ["--input", _folder.Path, "--output", Out(""), "--latency", "20"], output, _errors, isTerminal: true, interrupt.Token);

        exitCode.Should().Be(130);
        _errors.ToString().Should().BeEmpty();
        string[] rows = (await ReadCsv())[1..];
        rows.Length.Should().BePositive().And.BeLessThan(All);
        rows.Select((row, index) => row.StartsWith($"{index},Type,N,T:N.C{index},", StringComparison.Ordinal)).Should().NotContain(false);
        output.ToString().Should().Contain(Invariant($"Stopped: {rows.Length:N0} rows written"));
        (await File.ReadAllTextAsync(Out("report.md"))).Should().Contain(Invariant($"{rows.Length:N0} members"));
    }

    [Fact]
    public async Task The_same_command_goes_on_where_a_stop_was_and_a_finished_run_is_read_again()
    {
        AddMembers("a.xml", 3_000);
        (await Run("--output", Out("whole"), "--latency", "0")).Should().Be(0);
        string whole = await File.ReadAllTextAsync(Out("whole/members.csv"));
        using var interrupt = new CancellationTokenSource();
        await using var output = new WatchedWriter(() =>
        {
            if (LengthOf(Out("members.csv")) > 100)
                interrupt.Cancel();
        });
        (await Program.RunAsync(["--input", _folder.Path, "--output", Out(""), "--latency", "20"], output, _errors, isTerminal: true, interrupt.Token)).Should().Be(130);
        _errors.ToString().Should().BeEmpty();
        (await ReadCsv()).Should().HaveCountGreaterThan(100);

        (await Run("--latency", "0")).Should().Be(0);
        (await File.ReadAllTextAsync(Out("members.csv"))).Should().Be(whole);
        _output.ToString().Should().Contain("rows had been finished before");
        (await File.ReadAllTextAsync(Out("report.md"))).Should().Be(await File.ReadAllTextAsync(Out("whole/report.md")));

        (await Run("--latency", "0")).Should().Be(0);
        _output.ToString().Should().Contain("0 cells in").And.Contain("3,000 rows had been finished before");
        (await File.ReadAllTextAsync(Out("members.csv"))).Should().Be(whole);
    }

    [Fact]
    public async Task Other_members_are_not_mixed_with_those_of_before_unless_one_begins_anew()
    {
        AddMembers("a.xml", 100);
        (await Run("--rows", "50", "--latency", "0")).Should().Be(0);
        (await Run("--rows", "60", "--latency", "0")).Should().Be(1);
        _errors.ToString().Should().Contain("column 'kind', version: 50 of").And.Contain("--fresh begins anew.");
        (await Run("--rows", "60", "--latency", "0", "--fresh")).Should().Be(0);
        (await ReadCsv()).Should().HaveCount(61);
    }

    [Fact]
    public async Task A_broken_file_among_good_ones_is_named_with_line_and_position()
    {
        AddMembers("a.xml", 1000);
        string broken = _folder.AddText("b.xml", "<doc>\n<members>\n<member name='T:A'></wrong>");

        (await Run()).Should().Be(1);

        _errors.ToString().Should().StartWith($"error: {broken}: ").And.Contain("Line 3, position ").And.NotContain("   at ");
    }

    [Fact]
    public async Task Files_without_members_are_an_error()
    {
        _folder.Add("a.xml", "");

        (await Run()).Should().Be(1);

        _errors.ToString().Should().StartWith("error: There are no documented members in ");
    }

    [Fact]
    public async Task A_folder_without_files_is_an_error()
    {
        (await Run()).Should().Be(1);

        _errors.ToString().Should().StartWith("error: There are no .xml files in ");
    }

    [Fact]
    public async Task A_missing_folder_is_an_error()
    {
        (await Run("--input", Out("nowhere"))).Should().Be(1);

        _errors.ToString().Should().StartWith("error: There is no folder ");
    }

    [Fact]
    public async Task A_wrong_option_is_an_error()
    {
        (await Run("--colour", "red")).Should().Be(1);

        _errors.ToString().Trim().Should().Be("error: Unknown option '--colour'. See --help.");
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        (await Run("--help")).Should().Be(0);

        _output.ToString().Should().Contain("--reviewers <cap>");
    }

    [Fact]
    public void The_newest_version_of_the_documentation_is_found()
    {
        foreach (string version in new[] { "9.0.11", "10.0.2", "10.0.12", "8.0.0" })
        {
            string folder = Path.Combine("packs", "Microsoft.NETCore.App.Ref", version, "ref", "net");
            Directory.CreateDirectory(Path.Combine(_folder.Path, folder));
            _folder.Add(Path.Combine(folder, "a.xml"), "");
        }

        DocumentationFiles.NewestIn(_folder.Path).Should().Contain("10.0.12");
        DocumentationFiles.NewestIn(Out("nowhere")).Should().BeNull();
    }

    private Task<int> Run(params string[] args) => Run(CancellationToken.None, args);

    private Task<int> Run(CancellationToken cancellationToken, params string[] args) =>
        Program.RunAsync(["--input", _folder.Path, "--output", Out(""), .. args], _output, _errors, isTerminal: false, cancellationToken);

    private void AddMembers(string file, int count) =>
        _folder.Add(file, string.Concat(Enumerable.Range(0, count).Select(i => $"<member name='T:N.C{i}'><summary>Class number {i}.</summary></member>")));

    private Task<string[]> ReadCsv() => File.ReadAllLinesAsync(Out("members.csv"));

    private string Out(string file) => Path.Combine(_folder.Path, "out", file);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What has reached the file so far; more than 100 bytes means rows, for the headings are fewer.</summary>
    private static long LengthOf(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return file.Length;
    }

    private sealed class WatchedWriter(Action written) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            written();
        }
    }
}
