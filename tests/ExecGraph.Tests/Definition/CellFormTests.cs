using System.Threading.Channels;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Definition;

/// <summary>Each way to write the function of a start column, a cell or a source compiles as one would write it, and gives the right values.</summary>
public class CellFormTests
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = 2 };
    private readonly Column<string> _word;

    public CellFormTests() => _word = _graph.Start("word", row => new string('x', (int)row));

    [Fact]
    public Task A_synchronous_lambda_makes_a_column() => Holds(_graph.From(_word).Cell("length", word => word.Length));

    [Fact]
    public Task A_synchronous_method_group_makes_a_column() => Holds(_graph.From(_word).Cell("length", Length));

    [Fact]
    public Task A_lambda_that_returns_a_value_task_makes_a_column_of_its_result() =>
        Holds(_graph.From(_word).Cell("length", (word, token) => LengthSoon(word, token)));

    [Fact]
    public Task A_method_group_that_returns_a_value_task_makes_a_column_of_its_result() => Holds(_graph.From(_word).Cell("length", LengthSoon));

    [Fact]
    public Task A_lambda_that_returns_a_task_makes_a_column_of_its_result() =>
        Holds(_graph.From(_word).Cell("length", (word, token) => LengthTask(word, token)));

    [Fact]
    public Task A_method_group_that_returns_a_task_makes_a_column_of_its_result() => Holds(_graph.From(_word).Cell("length", LengthTask));

    [Fact]
    public Task An_async_lambda_makes_a_column_of_its_result() => Holds(_graph.From(_word).Cell("length", async (word, token) =>
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return word.Length;
    }));

    [Fact]
    public Task A_call_that_has_ended_when_it_returns_is_as_good() =>
        Holds(_graph.From(_word).Cell("length", (word, token) => new ValueTask<int>(word.Length)));

    [Fact]
    public Task A_lambda_may_ask_for_the_context() =>
        Holds(_graph.From(_word).Cell("length", (word, context) => word.Length == context.Row && context.Attempt == 1 ? word.Length : -1));

    [Fact]
    public Task A_method_group_may_ask_for_the_context() => Holds(_graph.From(_word).Cell("length", LengthInContext));

    [Fact]
    public Task A_value_task_may_come_from_a_context() => Holds(_graph.From(_word).Cell("length", LengthInContextSoon));

    [Fact]
    public Task A_task_may_come_from_a_context() => Holds(_graph.From(_word).Cell("length", LengthInContextTask));

    [Fact]
    public Task An_async_lambda_may_ask_for_the_context() => Holds(_graph.From(_word).Cell("length", async (string word, CellContext context) =>
    {
        await Task.Yield();
        context.CancellationToken.ThrowIfCancellationRequested();
        return (int)context.Row;
    }));

    [Fact]
    public Task A_start_column_comes_from_the_row() => Holds(_graph.Start("n", row => (int)row));

    [Fact]
    public Task A_start_column_comes_from_a_value_task() => Holds(_graph.Start("n", (row, token) => LengthSoon(new string(' ', (int)row), token)));

    [Fact]
    public Task A_start_column_comes_from_a_task() => Holds(_graph.Start("n", (row, token) => LengthTask(new string(' ', (int)row), token)));

    [Fact]
    public Task A_start_column_comes_from_an_async_lambda() => Holds(_graph.Start("n", async (row, token) =>
    {
        await Task.Yield();
        return (int)row;
    }));

    [Fact]
    public Task A_start_column_comes_from_a_context() => Holds(_graph.Start("n", (CellContext context) => (int)context.Row));

    [Fact]
    public Task A_start_column_comes_from_a_value_task_of_a_context() =>
        Holds(_graph.Start("n", (CellContext context) => LengthInContextSoon("", context)));

    [Fact]
    public Task A_start_column_comes_from_a_task_of_a_context() => Holds(_graph.Start("n", (CellContext context) => LengthInContextTask("", context)));

    [Fact]
    public Task A_source_is_an_array() => HoldsWithoutCount(_graph.Source("n", new[] { 0, 1, 2, 3, 4 }));

    [Fact]
    public Task A_source_is_a_list() => HoldsWithoutCount(_graph.Source("n", new List<int> { 0, 1, 2, 3, 4 }));

    [Fact]
    public Task A_source_is_a_sequence() => HoldsWithoutCount(_graph.Source("n", Enumerable.Range(0, 5).Where(n => n >= 0)));

    [Fact]
    public Task A_source_is_an_asynchronous_sequence() => HoldsWithoutCount(_graph.Source("n", CountAsync()));

    [Fact]
    public Task A_source_is_a_channel()
    {
        var channel = Channel.CreateUnbounded<int>();
        for (int n = 0; n < 5; n++)
            channel.Writer.TryWrite(n);
        channel.Writer.Complete();
        return HoldsWithoutCount(_graph.Source("n", channel.Reader));
    }

    [Fact]
    public async Task A_list_may_be_longer_than_the_table()
    {
        Column<int> n = _graph.Source("n", new[] { 0, 1, 2 });

        (await _graph.Build(2).ReadAsync(n)).Should().Equal(0, 1);
    }

    [Fact]
    public async Task An_empty_list_makes_an_empty_table()
    {
        Column<int> n = _graph.Source("n", Array.Empty<int>());

        (await _graph.Build().ReadAsync(n)).Should().BeEmpty();
    }

    [Fact]
    public async Task Two_columns_come_from_one_call_of_each_kind()
    {
        Inputs<string> inputs = _graph.From(_word);
        (Column<int> a, Column<string> b) = inputs.Cell("a", "b", word => (word.Length, word + "!"));
        (Column<int> c, Column<string> d) = inputs.Cell("c", "d", (word, token) => Soon((word.Length, word + "!")));
        (Column<int> e, Column<string> f) = inputs.Cell("e", "f", (word, token) => SoonTask((word.Length, word + "!")));
        (Column<int> g, Column<string> h) = inputs.Cell("g", "h", async (word, token) => (await LengthSoon(word, token), word + "!"));

        List<Row> rows = await _graph.Build(5).ReadAsync();

        foreach ((Column<int> length, Column<string> text) in new[] { (a, b), (c, d), (e, f), (g, h) })
            rows.Select(row => (length[row], text[row])).Should().Equal((0, "!"), (1, "x!"), (2, "xx!"), (3, "xxx!"), (4, "xxxx!"));
    }

    [Fact]
    public async Task Three_columns_come_from_one_call_of_each_kind()
    {
        Inputs<string> inputs = _graph.From(_word);
        (Column<int> a, Column<string> b, Column<bool> c) = inputs.Cell("a", "b", "c", word => (word.Length, word, word == ""));
        (Column<int> d, Column<string> e, Column<bool> f) = inputs.Cell("d", "e", "f", (word, token) => Soon((word.Length, word, word == "")));
        (Column<int> g, Column<string> h, Column<bool> i) = inputs.Cell("g", "h", "i", (word, token) => SoonTask((word.Length, word, word == "")));

        List<Row> rows = await _graph.Build(3).ReadAsync();

        foreach ((Column<int> length, Column<string> text, Column<bool> empty) in new[] { (a, b, c), (d, e, f), (g, h, i) })
            rows.Select(row => (length[row], text[row], empty[row])).Should().Equal((0, "", true), (1, "x", false), (2, "xx", false));
    }

    [Fact]
    public async Task Four_columns_come_from_one_call_of_each_kind()
    {
        Inputs<string> inputs = _graph.From(_word);
        (Column<int> a, Column<string> b, Column<bool> c, Column<long> d) = inputs.Cell("a", "b", "c", "d", word => (word.Length, word, word == "", 7L));
        (Column<int> e, Column<string> f, Column<bool> g, Column<long> h) = inputs.Cell(
            "e", "f", "g", "h", (word, token) => Soon((word.Length, word, word == "", 7L)));
        (Column<int> i, Column<string> j, Column<bool> k, Column<long> l) = inputs.Cell(
            "i", "j", "k", "l", (word, token) => SoonTask((word.Length, word, word == "", 7L)));

        List<Row> rows = await _graph.Build(2).ReadAsync();

        foreach ((Column<int> length, Column<string> text, Column<bool> empty, Column<long> seven) in new[] { (a, b, c, d), (e, f, g, h), (i, j, k, l) })
            rows.Select(row => (length[row], text[row], empty[row], seven[row])).Should().Equal((0, "", true, 7), (1, "x", false, 7));
    }

    [Fact]
    public async Task A_side_output_can_be_depended_on()
    {
        (Column<int> _, Column<string> loud) = _graph.From(_word).Cell("length", "loud", word => (word.Length, word.ToUpperInvariant()));
        Column<string> louder = _graph.From(loud).Cell("louder", text => text + "!");

        (await _graph.Build(3).ReadAsync(louder)).Should().Equal("!", "X!", "XX!");
    }

    [Fact]
    public async Task The_seed_of_a_cell_is_its_own_and_the_same_in_every_run()
    {
        Column<long> a = _graph.Start("a", (CellContext context) => context.Seed);
        Column<long> b = _graph.Start("b", (CellContext context) => context.Seed);
        ExecutionGraph table = _graph.Build(50);

        List<Row> first = await table.ReadAsync();
        List<Row> again = await table.ReadAsync();
        List<Row> other = await table.ReadAsync(new RunOptions { Seed = 1 });

        first.SelectMany(row => new[] { a[row], b[row] }).Should().OnlyHaveUniqueItems();
        again.Select(row => a[row]).Should().Equal(first.Select(row => a[row]));
        other.Select(row => a[row]).Should().NotIntersectWith(first.Select(row => a[row]));
    }

    [Fact]
    public async Task A_further_attempt_sees_its_number_and_the_same_seed()
    {
        var seeds = new List<long>();
        Column<int> attempt = _graph.Start(
            "attempt",
            (CellContext context) =>
            {
                seeds.Add(context.Seed);
                return context.Attempt < 3 ? throw new InvalidOperationException("not yet") : context.Attempt;
            },
            new CellOptions { Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.Zero } });

        (await _graph.Build(1).ReadAsync(attempt)).Should().Equal(3);
        seeds.Should().HaveCount(3);
        seeds.Distinct().Should().ContainSingle();
    }

    private static int Length(string word) => word.Length;

    private static async ValueTask<int> LengthSoon(string word, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return word.Length;
    }

    private static Task<int> LengthTask(string word, CancellationToken cancellationToken) => LengthSoon(word, cancellationToken).AsTask();

    private static int LengthInContext(string word, CellContext context) => (int)context.Row;

    private static async ValueTask<int> LengthInContextSoon(string word, CellContext context)
    {
        await Task.Yield();
        return (int)context.Row;
    }

    private static Task<int> LengthInContextTask(string word, CellContext context) => LengthInContextSoon(word, context).AsTask();

    private static async ValueTask<T> Soon<T>(T value)
    {
        await Task.Yield();
        return value;
    }

    private static Task<T> SoonTask<T>(T value) => Soon(value).AsTask();

    private static async IAsyncEnumerable<int> CountAsync()
    {
        for (int n = 0; n < 5; n++)
        {
            await Task.Yield();
            yield return n;
        }
    }

    private async Task Holds(Column<int> column) => (await _graph.Build(5).ReadAsync(column)).Should().Equal(0, 1, 2, 3, 4);

    private async Task HoldsWithoutCount(Column<int> column)
    {
        List<Row> rows = await _graph.Build().ReadAsync();

        rows.Select(row => column[row]).Should().Equal(0, 1, 2, 3, 4);
        rows.Select(row => _word[row].Length).Should().Equal(0, 1, 2, 3, 4);
    }
}
