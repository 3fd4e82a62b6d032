using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Definition;

/// <summary>Every form of every sibling of <see cref="Inputs{T1}"/> gives its function the right values in the right places.</summary>
public class InputsArityTests
{
    private const int Rows = 5;

    private readonly GraphBuilder _graph = new() { RowGroupSize = 2 };
    private readonly Column<int> _a;
    private readonly Column<string> _b;
    private readonly Column<long> _c;
    private readonly Column<double> _d;
    private readonly Column<char> _e;
    private readonly Column<bool> _f;
    private readonly Column<byte> _g;
    private readonly Column<short> _h;

    public InputsArityTests()
    {
        _a = _graph.Start("a", row => (int)row);
        _b = _graph.Start("b", row => $"b{row}");
        _c = _graph.Start("c", row => row * 1_000);
        _d = _graph.Start("d", row => row / 2.0);
        _e = _graph.Start("e", row => (char)('p' + row));
        _f = _graph.Start("f", row => row % 2 == 0);
        _g = _graph.Start("g", row => (byte)(row + 100));
        _h = _graph.Start("h", row => (short)-row);
    }

    [Fact]
    public async Task Two_inputs_reach_every_form_of_function()
    {
        Inputs<int, string> inputs = _graph.From(_a, _b);
        (Column<string> two, Column<int> _) = inputs.Cell("two", "two 2", (a, b) => (Text(a, b), 2));
        (Column<string> three, Column<int> _, Column<int> _) = inputs.Cell("three", "three 2", "three 3", (a, b, token) => Soon((Text(a, b), 2, 3)));
        (Column<string> four, Column<int> _, Column<int> _, Column<int> _) = inputs.Cell(
            "four", "four 2", "four 3", "four 4", (a, b, token) => SoonTask((Text(a, b), 2, 3, 4)));

        await EachHolds(
            2,
            inputs.Cell("sync", (a, b) => Text(a, b)),
            inputs.Cell("value task", (a, b, token) => Soon(Text(a, b))),
            inputs.Cell("task", (a, b, token) => SoonTask(Text(a, b))),
            inputs.Cell("async", async (a, b, token) => await Soon(Text(a, b))),
            inputs.Cell("context", (int a, string b, CellContext context) => Text(a, b)),
            inputs.Cell("context value task", (int a, string b, CellContext context) => Soon(Text(a, b))),
            inputs.Cell("context task", (int a, string b, CellContext context) => SoonTask(Text(a, b))),
            two,
            three,
            four,
            inputs.Stream("stream", batch => batch.Select(row => Text(row.Item1, row.Item2)).ToArray()),
            inputs.Stream("stream value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2)))),
            inputs.Stream("stream task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2)))),
            inputs.Barrier("barrier", batch => batch.Select(row => Text(row.Item1, row.Item2)).ToArray()),
            inputs.Barrier("barrier value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2)))),
            inputs.Barrier("barrier task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2)))),
            inputs.Aggregate("aggregate", () => 0, (count, a, b) => count + 1, (x, y) => x + y, (count, a, b) => count == Rows ? Text(a, b) : "incomplete"));
    }

    [Fact]
    public async Task Two_inputs_reach_an_aggregate_of_one_value()
    {
        Column<string> all = _graph.From(_a, _b).Aggregate(
            "all", () => "", (text, a, b) => $"{text}{Text(a, b)};", (x, y) => x + y, text => text);

        string expected = string.Concat(Enumerable.Range(0, Rows).Select(row => $"{Expected(row, 2)};"));
        (await _graph.Build(Rows).ReadAsync(all)).Should().Equal(Enumerable.Repeat(expected, Rows));
    }

    [Fact]
    public async Task Three_inputs_reach_every_form_of_function()
    {
        Inputs<int, string, long> inputs = _graph.From(_a, _b, _c);
        (Column<string> two, Column<int> _) = inputs.Cell("two", "two 2", (a, b, c) => (Text(a, b, c), 2));
        (Column<string> three, Column<int> _, Column<int> _) = inputs.Cell("three", "three 2", "three 3", (a, b, c, token) => Soon((Text(a, b, c), 2, 3)));
        (Column<string> four, Column<int> _, Column<int> _, Column<int> _) = inputs.Cell(
            "four", "four 2", "four 3", "four 4", (a, b, c, token) => SoonTask((Text(a, b, c), 2, 3, 4)));

        await EachHolds(
            3,
            inputs.Cell("sync", (a, b, c) => Text(a, b, c)),
            inputs.Cell("value task", (a, b, c, token) => Soon(Text(a, b, c))),
            inputs.Cell("task", (a, b, c, token) => SoonTask(Text(a, b, c))),
            inputs.Cell("async", async (a, b, c, token) => await Soon(Text(a, b, c))),
            inputs.Cell("context", (int a, string b, long c, CellContext context) => Text(a, b, c)),
            inputs.Cell("context value task", (int a, string b, long c, CellContext context) => Soon(Text(a, b, c))),
            inputs.Cell("context task", (int a, string b, long c, CellContext context) => SoonTask(Text(a, b, c))),
            two,
            three,
            four,
            inputs.Stream("stream", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3)).ToArray()),
            inputs.Stream("stream value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3)))),
            inputs.Stream("stream task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3)))),
            inputs.Barrier("barrier", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3)).ToArray()),
            inputs.Barrier("barrier value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3)))),
            inputs.Barrier("barrier task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3)))),
            inputs.Aggregate("aggregate", () => 0, (count, a, b, c) => count + 1, (x, y) => x + y, (count, a, b, c) => count == Rows ? Text(a, b, c) : "incomplete"));
    }

    [Fact]
    public async Task Three_inputs_reach_an_aggregate_of_one_value()
    {
        Column<string> all = _graph.From(_a, _b, _c).Aggregate(
            "all", () => "", (text, a, b, c) => $"{text}{Text(a, b, c)};", (x, y) => x + y, text => text);

        string expected = string.Concat(Enumerable.Range(0, Rows).Select(row => $"{Expected(row, 3)};"));
        (await _graph.Build(Rows).ReadAsync(all)).Should().Equal(Enumerable.Repeat(expected, Rows));
    }

    [Fact]
    public async Task Four_inputs_reach_every_form_of_function()
    {
        Inputs<int, string, long, double> inputs = _graph.From(_a, _b, _c, _d);
        (Column<string> two, Column<int> _) = inputs.Cell("two", "two 2", (a, b, c, d) => (Text(a, b, c, d), 2));
        (Column<string> three, Column<int> _, Column<int> _) = inputs.Cell("three", "three 2", "three 3", (a, b, c, d, token) => Soon((Text(a, b, c, d), 2, 3)));
        (Column<string> four, Column<int> _, Column<int> _, Column<int> _) = inputs.Cell(
            "four", "four 2", "four 3", "four 4", (a, b, c, d, token) => SoonTask((Text(a, b, c, d), 2, 3, 4)));

        await EachHolds(
            4,
            inputs.Cell("sync", (a, b, c, d) => Text(a, b, c, d)),
            inputs.Cell("value task", (a, b, c, d, token) => Soon(Text(a, b, c, d))),
            inputs.Cell("task", (a, b, c, d, token) => SoonTask(Text(a, b, c, d))),
            inputs.Cell("async", async (a, b, c, d, token) => await Soon(Text(a, b, c, d))),
            inputs.Cell("context", (int a, string b, long c, double d, CellContext context) => Text(a, b, c, d)),
            inputs.Cell("context value task", (int a, string b, long c, double d, CellContext context) => Soon(Text(a, b, c, d))),
            inputs.Cell("context task", (int a, string b, long c, double d, CellContext context) => SoonTask(Text(a, b, c, d))),
            two,
            three,
            four,
            inputs.Stream("stream", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4)).ToArray()),
            inputs.Stream("stream value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4)))),
            inputs.Stream("stream task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4)))),
            inputs.Barrier("barrier", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4)).ToArray()),
            inputs.Barrier("barrier value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4)))),
            inputs.Barrier("barrier task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4)))),
            inputs.Aggregate("aggregate", () => 0, (count, a, b, c, d) => count + 1, (x, y) => x + y, (count, a, b, c, d) => count == Rows ? Text(a, b, c, d) : "incomplete"));
    }

    [Fact]
    public async Task Four_inputs_reach_an_aggregate_of_one_value()
    {
        Column<string> all = _graph.From(_a, _b, _c, _d).Aggregate(
            "all", () => "", (text, a, b, c, d) => $"{text}{Text(a, b, c, d)};", (x, y) => x + y, text => text);

        string expected = string.Concat(Enumerable.Range(0, Rows).Select(row => $"{Expected(row, 4)};"));
        (await _graph.Build(Rows).ReadAsync(all)).Should().Equal(Enumerable.Repeat(expected, Rows));
    }

    [Fact]
    public async Task Five_inputs_reach_every_form_of_function()
    {
        Inputs<int, string, long, double, char> inputs = _graph.From(_a, _b, _c, _d, _e);
        (Column<string> two, Column<int> _) = inputs.Cell("two", "two 2", (a, b, c, d, e) => (Text(a, b, c, d, e), 2));
        (Column<string> three, Column<int> _, Column<int> _) = inputs.Cell("three", "three 2", "three 3", (a, b, c, d, e, token) => Soon((Text(a, b, c, d, e), 2, 3)));
        (Column<string> four, Column<int> _, Column<int> _, Column<int> _) = inputs.Cell(
            "four", "four 2", "four 3", "four 4", (a, b, c, d, e, token) => SoonTask((Text(a, b, c, d, e), 2, 3, 4)));

        await EachHolds(
            5,
            inputs.Cell("sync", (a, b, c, d, e) => Text(a, b, c, d, e)),
            inputs.Cell("value task", (a, b, c, d, e, token) => Soon(Text(a, b, c, d, e))),
            inputs.Cell("task", (a, b, c, d, e, token) => SoonTask(Text(a, b, c, d, e))),
            inputs.Cell("async", async (a, b, c, d, e, token) => await Soon(Text(a, b, c, d, e))),
            inputs.Cell("context", (int a, string b, long c, double d, char e, CellContext context) => Text(a, b, c, d, e)),
            inputs.Cell("context value task", (int a, string b, long c, double d, char e, CellContext context) => Soon(Text(a, b, c, d, e))),
            inputs.Cell("context task", (int a, string b, long c, double d, char e, CellContext context) => SoonTask(Text(a, b, c, d, e))),
            two,
            three,
            four,
            inputs.Stream("stream", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5)).ToArray()),
            inputs.Stream("stream value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5)))),
            inputs.Stream("stream task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5)))),
            inputs.Barrier("barrier", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5)).ToArray()),
            inputs.Barrier("barrier value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5)))),
            inputs.Barrier("barrier task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5)))),
            inputs.Aggregate("aggregate", () => 0, (count, a, b, c, d, e) => count + 1, (x, y) => x + y, (count, a, b, c, d, e) => count == Rows ? Text(a, b, c, d, e) : "incomplete"));
    }

    [Fact]
    public async Task Five_inputs_reach_an_aggregate_of_one_value()
    {
        Column<string> all = _graph.From(_a, _b, _c, _d, _e).Aggregate(
            "all", () => "", (text, a, b, c, d, e) => $"{text}{Text(a, b, c, d, e)};", (x, y) => x + y, text => text);

        string expected = string.Concat(Enumerable.Range(0, Rows).Select(row => $"{Expected(row, 5)};"));
        (await _graph.Build(Rows).ReadAsync(all)).Should().Equal(Enumerable.Repeat(expected, Rows));
    }

    [Fact]
    public async Task Six_inputs_reach_every_form_of_function()
    {
        Inputs<int, string, long, double, char, bool> inputs = _graph.From(_a, _b, _c, _d, _e, _f);
        (Column<string> two, Column<int> _) = inputs.Cell("two", "two 2", (a, b, c, d, e, f) => (Text(a, b, c, d, e, f), 2));
        (Column<string> three, Column<int> _, Column<int> _) = inputs.Cell("three", "three 2", "three 3", (a, b, c, d, e, f, token) => Soon((Text(a, b, c, d, e, f), 2, 3)));
        (Column<string> four, Column<int> _, Column<int> _, Column<int> _) = inputs.Cell(
            "four", "four 2", "four 3", "four 4", (a, b, c, d, e, f, token) => SoonTask((Text(a, b, c, d, e, f), 2, 3, 4)));

        await EachHolds(
            6,
            inputs.Cell("sync", (a, b, c, d, e, f) => Text(a, b, c, d, e, f)),
            inputs.Cell("value task", (a, b, c, d, e, f, token) => Soon(Text(a, b, c, d, e, f))),
            inputs.Cell("task", (a, b, c, d, e, f, token) => SoonTask(Text(a, b, c, d, e, f))),
            inputs.Cell("async", async (a, b, c, d, e, f, token) => await Soon(Text(a, b, c, d, e, f))),
            inputs.Cell("context", (int a, string b, long c, double d, char e, bool f, CellContext context) => Text(a, b, c, d, e, f)),
            inputs.Cell("context value task", (int a, string b, long c, double d, char e, bool f, CellContext context) => Soon(Text(a, b, c, d, e, f))),
            inputs.Cell("context task", (int a, string b, long c, double d, char e, bool f, CellContext context) => SoonTask(Text(a, b, c, d, e, f))),
            two,
            three,
            four,
            inputs.Stream("stream", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6)).ToArray()),
            inputs.Stream("stream value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6)))),
            inputs.Stream("stream task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6)))),
            inputs.Barrier("barrier", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6)).ToArray()),
            inputs.Barrier("barrier value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6)))),
            inputs.Barrier("barrier task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6)))),
            inputs.Aggregate("aggregate", () => 0, (count, a, b, c, d, e, f) => count + 1, (x, y) => x + y, (count, a, b, c, d, e, f) => count == Rows ? Text(a, b, c, d, e, f) : "incomplete"));
    }

    [Fact]
    public async Task Six_inputs_reach_an_aggregate_of_one_value()
    {
        Column<string> all = _graph.From(_a, _b, _c, _d, _e, _f).Aggregate(
            "all", () => "", (text, a, b, c, d, e, f) => $"{text}{Text(a, b, c, d, e, f)};", (x, y) => x + y, text => text);

        string expected = string.Concat(Enumerable.Range(0, Rows).Select(row => $"{Expected(row, 6)};"));
        (await _graph.Build(Rows).ReadAsync(all)).Should().Equal(Enumerable.Repeat(expected, Rows));
    }

    [Fact]
    public async Task Seven_inputs_reach_every_form_of_function()
    {
        Inputs<int, string, long, double, char, bool, byte> inputs = _graph.From(_a, _b, _c, _d, _e, _f, _g);
        (Column<string> two, Column<int> _) = inputs.Cell("two", "two 2", (a, b, c, d, e, f, g) => (Text(a, b, c, d, e, f, g), 2));
        (Column<string> three, Column<int> _, Column<int> _) = inputs.Cell("three", "three 2", "three 3", (a, b, c, d, e, f, g, token) => Soon((Text(a, b, c, d, e, f, g), 2, 3)));
        (Column<string> four, Column<int> _, Column<int> _, Column<int> _) = inputs.Cell(
            "four", "four 2", "four 3", "four 4", (a, b, c, d, e, f, g, token) => SoonTask((Text(a, b, c, d, e, f, g), 2, 3, 4)));

        await EachHolds(
            7,
            inputs.Cell("sync", (a, b, c, d, e, f, g) => Text(a, b, c, d, e, f, g)),
            inputs.Cell("value task", (a, b, c, d, e, f, g, token) => Soon(Text(a, b, c, d, e, f, g))),
            inputs.Cell("task", (a, b, c, d, e, f, g, token) => SoonTask(Text(a, b, c, d, e, f, g))),
            inputs.Cell("async", async (a, b, c, d, e, f, g, token) => await Soon(Text(a, b, c, d, e, f, g))),
            inputs.Cell("context", (int a, string b, long c, double d, char e, bool f, byte g, CellContext context) => Text(a, b, c, d, e, f, g)),
            inputs.Cell("context value task", (int a, string b, long c, double d, char e, bool f, byte g, CellContext context) => Soon(Text(a, b, c, d, e, f, g))),
            inputs.Cell("context task", (int a, string b, long c, double d, char e, bool f, byte g, CellContext context) => SoonTask(Text(a, b, c, d, e, f, g))),
            two,
            three,
            four,
            inputs.Stream("stream", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7)).ToArray()),
            inputs.Stream("stream value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7)))),
            inputs.Stream("stream task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7)))),
            inputs.Barrier("barrier", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7)).ToArray()),
            inputs.Barrier("barrier value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7)))),
            inputs.Barrier("barrier task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7)))),
            inputs.Aggregate("aggregate", () => 0, (count, a, b, c, d, e, f, g) => count + 1, (x, y) => x + y, (count, a, b, c, d, e, f, g) => count == Rows ? Text(a, b, c, d, e, f, g) : "incomplete"));
    }

    [Fact]
    public async Task Seven_inputs_reach_an_aggregate_of_one_value()
    {
        Column<string> all = _graph.From(_a, _b, _c, _d, _e, _f, _g).Aggregate(
            "all", () => "", (text, a, b, c, d, e, f, g) => $"{text}{Text(a, b, c, d, e, f, g)};", (x, y) => x + y, text => text);

        string expected = string.Concat(Enumerable.Range(0, Rows).Select(row => $"{Expected(row, 7)};"));
        (await _graph.Build(Rows).ReadAsync(all)).Should().Equal(Enumerable.Repeat(expected, Rows));
    }

    [Fact]
    public async Task Eight_inputs_reach_every_form_of_function()
    {
        Inputs<int, string, long, double, char, bool, byte, short> inputs = _graph.From(_a, _b, _c, _d, _e, _f, _g, _h);
        (Column<string> two, Column<int> _) = inputs.Cell("two", "two 2", (a, b, c, d, e, f, g, h) => (Text(a, b, c, d, e, f, g, h), 2));
        (Column<string> three, Column<int> _, Column<int> _) = inputs.Cell("three", "three 2", "three 3", (a, b, c, d, e, f, g, h, token) => Soon((Text(a, b, c, d, e, f, g, h), 2, 3)));
        (Column<string> four, Column<int> _, Column<int> _, Column<int> _) = inputs.Cell(
            "four", "four 2", "four 3", "four 4", (a, b, c, d, e, f, g, h, token) => SoonTask((Text(a, b, c, d, e, f, g, h), 2, 3, 4)));

        await EachHolds(
            8,
            inputs.Cell("sync", (a, b, c, d, e, f, g, h) => Text(a, b, c, d, e, f, g, h)),
            inputs.Cell("value task", (a, b, c, d, e, f, g, h, token) => Soon(Text(a, b, c, d, e, f, g, h))),
            inputs.Cell("task", (a, b, c, d, e, f, g, h, token) => SoonTask(Text(a, b, c, d, e, f, g, h))),
            inputs.Cell("async", async (a, b, c, d, e, f, g, h, token) => await Soon(Text(a, b, c, d, e, f, g, h))),
            inputs.Cell("context", (int a, string b, long c, double d, char e, bool f, byte g, short h, CellContext context) => Text(a, b, c, d, e, f, g, h)),
            inputs.Cell("context value task", (int a, string b, long c, double d, char e, bool f, byte g, short h, CellContext context) => Soon(Text(a, b, c, d, e, f, g, h))),
            inputs.Cell("context task", (int a, string b, long c, double d, char e, bool f, byte g, short h, CellContext context) => SoonTask(Text(a, b, c, d, e, f, g, h))),
            two,
            three,
            four,
            inputs.Stream("stream", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7, row.Item8)).ToArray()),
            inputs.Stream("stream value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7, row.Item8)))),
            inputs.Stream("stream task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7, row.Item8)))),
            inputs.Barrier("barrier", batch => batch.Select(row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7, row.Item8)).ToArray()),
            inputs.Barrier("barrier value task", (batch, token) => Soon(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7, row.Item8)))),
            inputs.Barrier("barrier task", (batch, token) => SoonTask(Texts(batch, row => Text(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6, row.Item7, row.Item8)))),
            inputs.Aggregate("aggregate", () => 0, (count, a, b, c, d, e, f, g, h) => count + 1, (x, y) => x + y, (count, a, b, c, d, e, f, g, h) => count == Rows ? Text(a, b, c, d, e, f, g, h) : "incomplete"));
    }

    [Fact]
    public async Task Eight_inputs_reach_an_aggregate_of_one_value()
    {
        Column<string> all = _graph.From(_a, _b, _c, _d, _e, _f, _g, _h).Aggregate(
            "all", () => "", (text, a, b, c, d, e, f, g, h) => $"{text}{Text(a, b, c, d, e, f, g, h)};", (x, y) => x + y, text => text);

        string expected = string.Concat(Enumerable.Range(0, Rows).Select(row => $"{Expected(row, 8)};"));
        (await _graph.Build(Rows).ReadAsync(all)).Should().Equal(Enumerable.Repeat(expected, Rows));
    }

    [Fact]
    public async Task One_column_may_be_several_inputs()
    {
        Column<string> twice = _graph.From(_b, _b, _a).Cell("twice", (x, y, a) => Text(x, y, a));

        (await _graph.Build(2).ReadAsync(twice)).Should().Equal("b0 b0 0", "b1 b1 1");
    }

    [Fact]
    public void A_column_of_another_builder_is_no_input()
    {
        Column<int> stranger = new GraphBuilder().Start("stranger", row => 1);

        _graph.Invoking(graph => graph.From(_a, stranger))
            .Should().Throw<ArgumentException>().WithMessage("Column 'stranger' belongs to another GraphBuilder.");
    }

    [Fact]
    public void Nulls_are_refused()
    {
        _graph.Invoking(graph => graph.From(_a, (Column<int>)null!)).Should().Throw<ArgumentNullException>();
        _graph.Invoking(graph => graph.From(_a, _b).Cell("x", (Func<int, string, int>)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ((GraphBuilder)null!).From(_a, _b)).Should().Throw<ArgumentNullException>();
    }

    private static string Text(params object[] values) => string.Join(' ', values);

    private static string Expected(int row, int inputs)
    {
        object[] values = [row, $"b{row}", row * 1_000L, row / 2.0, (char)('p' + row), row % 2 == 0, (byte)(row + 100), (short)-row];
        return Text(values[..inputs]);
    }

    private static async ValueTask<T> Soon<T>(T value)
    {
        await Task.Yield();
        return value;
    }

    private static Task<T> SoonTask<T>(T value) => Soon(value).AsTask();

    private static IReadOnlyList<string> Texts<TRow>(IRowBatch<TRow> batch, Func<TRow, string> text) => [.. batch.Select(text)];

    private async Task EachHolds(int inputs, params Column<string>[] columns)
    {
        List<Row> rows = await _graph.Build(Rows).ReadAsync();
        rows.Should().HaveCount(Rows);
        foreach (Column<string> column in columns)
            rows.Select(row => column[row]).Should().Equal(Enumerable.Range(0, Rows).Select(row => Expected(row, inputs)), "column '{0}' passes them on", column);
    }
}
