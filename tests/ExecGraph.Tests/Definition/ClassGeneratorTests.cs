using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Definition;

/// <summary>Generators written as classes, and columns added by description.</summary>
public class ClassGeneratorTests
{
    private readonly GraphBuilder _graph = new() { RowGroupSize = 2 };
    private readonly Column<int> _n;

    public ClassGeneratorTests() => _n = _graph.Start("n", row => (int)row);

    [Fact]
    public async Task A_cell_generator_reads_its_inputs_by_name()
    {
        Column<string> text = _graph.Add<string>(new ColumnDescriptor("text") { Dependencies = ["n"], Generator = new Describe("n") });
        Column<int> length = _graph.From(text).Cell("length", t => t.Length);

        List<Row> rows = await _graph.Build(3).ReadAsync();

        rows.Select(row => text[row]).Should().Equal("0 at 0", "1 at 1", "2 at 2");
        rows.Select(row => length[row]).Should().Equal(6, 6, 6);
    }

    [Fact]
    public async Task A_cell_generator_with_a_side_output_fills_both()
    {
        Column<int> half = _graph.Add<int>(new ColumnDescriptor("half") { Dependencies = ["n"], SideOutputs = ["rest"], Generator = new Halve() });
        Column<bool> rest = _graph.GetColumn<bool>("rest");

        List<Row> rows = await _graph.Build(4).ReadAsync();

        rows.Select(row => (half[row], rest[row])).Should().Equal((0, false), (0, true), (1, false), (1, true));
    }

    [Fact]
    public async Task A_batch_generator_is_a_barrier()
    {
        var generator = new Rank();
        Column<int> rank = _graph.Add<int>(new ColumnDescriptor("rank") { Dependencies = ["n"], Generator = generator });
        ExecutionGraph table = _graph.Build(5);

        table.GetColumn("rank").IsBarrier.Should().BeTrue();
        (await table.ReadAsync(rank)).Should().Equal(4, 3, 2, 1, 0);
        generator.Calls.Should().Equal("0,1,2,3,4");
    }

    [Fact]
    public async Task A_batch_generator_that_says_so_is_a_stream()
    {
        Column<int> same = _graph.Add<int>(new ColumnDescriptor("same") { Dependencies = ["n"], Generator = new Echo() });
        ExecutionGraph table = _graph.Build(5);

        table.GetColumn("same").IsRowStreamable.Should().BeTrue();
        (await table.ReadAsync(same)).Should().Equal(0, 1, 2, 3, 4);
    }

    [Fact]
    public async Task A_generator_that_needs_no_input_is_a_start_column()
    {
        Column<long> row = _graph.Add<long>(new ColumnDescriptor("row") { Generator = new RowNumber() });

        (await _graph.Build(3).ReadAsync(row)).Should().Equal(0, 1, 2);
    }

    [Fact]
    public async Task The_options_of_a_generator_are_shown_and_obeyed()
    {
        var flaky = new FailsFirst(new CellOptions { Retry = new RetryOptions { MaxAttempts = 2, Delay = TimeSpan.Zero } });
        Column<int> attempt = _graph.Add<int>(new ColumnDescriptor("attempt") { Dependencies = ["n"], Generator = flaky });
        ExecutionGraph table = _graph.Build(3);

        table.GetColumn("attempt").Annotation.Should().Be("2 attempts");
        (await table.ReadAsync(attempt)).Should().Equal(2, 2, 2);
    }

    [Fact]
    public async Task Each_run_initializes_a_generator_once_before_its_first_call_and_disposes_it_once_after_its_last()
    {
        var generator = new Watched();
        _graph.Add(new ColumnDescriptor("x") { Dependencies = ["n"], Generator = generator });
        ExecutionGraph table = _graph.Build(5);

        await table.RunAsync();
        generator.Events.Should().Equal("initialize", "call", "call", "call", "call", "call", "dispose");

        await table.ReadAsync();
        generator.Events.Should().HaveCount(14);
        generator.Events.Count(each => each == "initialize").Should().Be(2);
        generator.Events.Last().Should().Be("dispose");
    }

    [Fact]
    public async Task A_generator_of_two_columns_is_initialized_once_for_both()
    {
        var generator = new Watched();
        _graph.Add(new ColumnDescriptor("x") { Dependencies = ["n"], Generator = generator });
        _graph.Add(new ColumnDescriptor("y") { Dependencies = ["n"], Generator = generator });

        await _graph.Build(1).RunAsync();

        generator.Events.Should().Equal("initialize", "call", "call", "dispose");
    }

    [Fact]
    public async Task A_run_that_fails_disposes_what_it_initialized()
    {
        var generator = new Watched();
        _graph.Add(new ColumnDescriptor("x") { Dependencies = ["n"], Generator = generator });
        _graph.From(_n).Cell("broken", n => n == 1 ? throw new InvalidOperationException("out of ink") : n);

        await _graph.Build(2).Invoking(graph => graph.RunAsync()).Should().ThrowAsync<CellFailedException>().WithMessage("*out of ink*");

        generator.Events.First().Should().Be("initialize");
        generator.Events.Last().Should().Be("dispose");
        generator.Events.Count(each => each != "call").Should().Be(2);
    }

    [Fact]
    public async Task A_generator_that_cannot_be_initialized_fails_the_run_before_any_call_and_is_disposed()
    {
        var generator = new Watched { InitializeFailure = new InvalidOperationException("no key") };
        _graph.Add(new ColumnDescriptor("x") { Dependencies = ["n"], Generator = generator });

        (await _graph.Build(2).Invoking(graph => graph.RunAsync()).Should().ThrowAsync<CellFailedException>())
            .WithMessage("Column 'x' failed: no key").Which.InnerException.Should().BeSameAs(generator.InitializeFailure);
        generator.Events.Should().Equal("initialize", "dispose");
    }

    [Fact]
    public async Task An_input_that_is_not_declared_is_refused_with_those_that_are()
    {
        _graph.Add(new ColumnDescriptor("text") { Dependencies = ["n"], Generator = new Describe("m") });

        (await _graph.Build(1).Invoking(graph => graph.RunAsync()).Should().ThrowAsync<CellFailedException>())
            .WithInnerException<KeyNotFoundException>().WithMessage("Column 'text' does not declare a dependency on 'm'. It declares: n.");
    }

    [Fact]
    public async Task An_input_of_another_type_is_refused()
    {
        Column<long> big = _graph.Start("big", row => row);
        _graph.Add(new ColumnDescriptor("text") { Dependencies = [big.Name], Generator = new Describe("big") });

        (await _graph.Build(1).Invoking(graph => graph.RunAsync()).Should().ThrowAsync<CellFailedException>())
            .WithInnerException<InvalidOperationException>().WithMessage("Column 'big' holds Int64, not Int32.");
    }

    [Fact]
    public void A_handle_of_another_type_is_refused()
    {
        var text = new ColumnDescriptor("text") { Dependencies = ["n"], Generator = new Describe("n") };

        _graph.Invoking(graph => graph.Add<int>(text)).Should().Throw<ArgumentException>()
            .WithMessage("Column 'text' does not produce Int32: its generator is Describe.*");
        _graph.Invoking(graph => graph.Add<int>(new ColumnDescriptor("empty"))).Should().Throw<ArgumentException>()
            .WithMessage("Column 'empty' does not produce Int32: its generator is missing.*");
        _graph.Invoking(graph => graph.GetColumn<long>("n")).Should().Throw<KeyNotFoundException>()
            .WithMessage("No column 'n' of type Int64 was added.");
    }

    [Fact]
    public void A_column_whose_handle_was_refused_is_not_added()
    {
        _graph.Invoking(graph => graph.Add<int>(new ColumnDescriptor("empty"))).Should().Throw<ArgumentException>();

        _graph.Build(1).ColumnNames.Should().Equal("n");
    }

    [Fact]
    public void A_graph_with_a_column_that_cannot_be_run_can_be_built_but_not_run()
    {
        _graph.Add(new ColumnDescriptor("later") { Dependencies = ["n"], Traits = ExecutionTraits.CellByCell | ExecutionTraits.RowStreamable });

        _graph.Build(1).Invoking(graph => graph.Run()).Should().Throw<InvalidOperationException>()
            .WithMessage("The graph cannot be run: no generator that can be run is given for 'later'.");
    }

    private sealed class Describe(string input) : CellGenerator<string>
    {
        protected internal override async ValueTask<string> GenerateAsync(CellInputs inputs, CellContext context)
        {
            int value = inputs.Get<int>(input);
            await Task.Yield();
            return $"{value} at {context.Row}";
        }
    }

    private sealed class Halve : CellGenerator<int, bool>
    {
        protected internal override ValueTask<(int Value, bool Side)> GenerateAsync(CellInputs inputs, CellContext context) =>
            new((inputs.Get<int>("n") / 2, inputs.Get<int>("n") % 2 == 1));
    }

    private sealed class Rank : BatchGenerator<int>
    {
        public List<string> Calls { get; } = [];

        public override bool IsRowStreamable => false;

        protected internal override async ValueTask<IReadOnlyList<int>> GenerateAsync(BatchInputs inputs, CancellationToken cancellationToken = default)
        {
            Calls.Add(string.Join(',', Enumerable.Range(0, inputs.Count).Select(inputs.RowAt)));
            await Task.Yield();
            return [.. inputs.GetColumn<int>("n").Select(n => inputs.Count - 1 - n)];
        }
    }

    private sealed class Echo : BatchGenerator<int>
    {
        public override bool IsRowStreamable => true;

        protected internal override ValueTask<IReadOnlyList<int>> GenerateAsync(BatchInputs inputs, CancellationToken cancellationToken = default) =>
            new(inputs.GetColumn<int>("n"));
    }

    private sealed class RowNumber : CellGenerator<long>
    {
        public override bool CanGenerateFromScratch => true;

        protected internal override ValueTask<long> GenerateAsync(CellInputs inputs, CellContext context) => new(context.Row);
    }

    private sealed class FailsFirst(CellOptions options) : CellGenerator<int>
    {
        public override CellOptions Options => options;

        protected internal override ValueTask<int> GenerateAsync(CellInputs inputs, CellContext context) =>
            context.Attempt == 1 ? throw new InvalidOperationException("once") : new(context.Attempt);
    }

    private sealed class Watched : CellGenerator<int>
    {
        private readonly Lock _lock = new();

        public List<string> Events { get; } = [];

        public Exception? InitializeFailure { get; init; }

        protected internal override async ValueTask InitializeAsync(CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            Add("initialize");
            if (InitializeFailure is not null)
                throw InitializeFailure;
        }

        protected internal override async ValueTask<int> GenerateAsync(CellInputs inputs, CellContext context)
        {
            await Task.Yield();
            Add("call");
            return 0;
        }

        protected internal override async ValueTask DisposeAsync()
        {
            await Task.Yield();
            Add("dispose");
        }

        private void Add(string what)
        {
            lock (_lock)
                Events.Add(what);
        }
    }
}
