using ExecGraph.Execution;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Execution;

/// <summary>Streams of which single rows fail, and failed batches that are tried again in parts.</summary>
public sealed class BatchRowFailureTests
{
    private readonly VirtualTimeHost _host = new();
    private readonly List<long[]> _calls = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_that_fails_by_itself_is_tried_again_and_given_up_by_itself(bool isOrdered)
    {
        var graph = new GraphBuilder { RowGroupSize = 100 };
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Stream(
            "y",
            batch =>
            {
                _calls.Add([.. batch]);
                for (int i = 0; i < batch.Count; i++)
                {
                    if (batch[i] % 10 == 3)
                        batch.Fail(i, new FormatException($"three {batch[i]}"));
                }

                return batch.Select(v => v * 2).ToArray();
            },
            new StreamOptions
            {
                MaxBatchSize = 20,
                IsOrderDependent = isOrdered,
                Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.FromSeconds(1) },
                OnFailure = CellFailurePolicy.DropRow,
            });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(200), y);

        rows.Should().Equal(Enumerable.Range(0, 200).Where(r => r % 10 != 3).Select(r => ((long)r, 2L * r)));
        report.Dropped.Should().HaveCount(20).And.OnlyContain(failure => failure.Row % 10 == 3 && failure.Attempts == 3 && failure.Exception is FormatException);
        (report.Columns[1].Failures, report.Columns[1].Retries).Should().Be((60, 40));
        _calls.SelectMany(call => call).CountBy(row => row).Should().OnlyContain(row => row.Value == (row.Key % 10 == 3 ? 3 : 1));
    }

    [Fact]
    public void A_row_that_is_rejected_as_too_fast_waits_and_uses_no_attempt()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Stream(
            "y",
            batch =>
            {
                _calls.Add([.. batch]);
                if (_calls.Count == 1)
                    batch.Fail(2, new RateLimitedException(TimeSpan.FromSeconds(30)));
                return batch.ToArray();
            },
            new StreamOptions { Limiter = new Limiter("service"), MinBatchSize = 5 });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(5), y);
        rows.Should().HaveCount(5);
        _calls.Should().BeEquivalentTo([(long[])[0, 1, 2, 3, 4], [2]], options => options.WithStrictOrdering());
        (report.Columns[1].RateLimited, report.Columns[1].Failures).Should().Be((1, 0));
        _host.Seconds().Should().Be(30);
    }

    [Fact]
    public void The_first_failure_of_a_row_counts_and_FailRun_names_it()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Stream("y", batch =>
        {
            batch.Fail(3, new FormatException("first"));
            batch.Fail(3, new FormatException("second"));
            return batch.ToArray();
        });
        CellFailedException failure = new Action(() => _host.Report(graph.Build(5))).Should().Throw<CellFailedException>().Which;
        (failure.Row, failure.Column, failure.InnerException!.Message).Should().Be((3, "y", "first"));
    }

    [Fact]
    public void A_position_outside_the_batch_a_call_that_has_ended_and_a_barrier_are_refused()
    {
        IRowBatch<long>? kept = null;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Stream("y", batch =>
        {
            kept = batch;
            batch.Invoking(b => b.Fail(5, new FormatException())).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*from 0 to 4*");
            batch.Invoking(b => b.Fail(0, null!)).Should().Throw<ArgumentNullException>();
            return batch.ToArray();
        });
        graph.From(x).Barrier("z", all =>
        {
            all.Invoking(b => b.Fail(0, new FormatException())).Should().Throw<InvalidOperationException>().WithMessage("Column 'z' is a barrier*");
            return all.ToArray();
        });
        _host.Report(graph.Build(5)).Rows.Should().Be(5);
        kept.Invoking(b => b!.Fail(0, new FormatException())).Should().Throw<InvalidOperationException>().WithMessage("The call of column 'y' has ended*");
    }

    [Fact]
    public void Generators_written_as_classes_fail_single_rows_too()
    {
        var graph = new GraphBuilder();
        graph.Start("x", row => row);
        Column<long> y = graph.Add<long>(new ColumnDescriptor("y") { Dependencies = ["x"], Generator = new OddsFail() });
        _host.Collect(graph.Build(10), y).Rows.Select(row => row.Row).Should().Equal(0, 2, 4, 6, 8);
    }

    [Theory]
    [InlineData(2, new[] { 64, 1 })]
    [InlineData(4, new[] { 64, 32, 16, 1 })]
    public void A_failed_batch_is_tried_again_in_parts_until_the_bad_row_is_alone(int attempts, int[] sizes)
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        Column<long> y = graph.From(x).Stream(
            "y",
            batch =>
            {
                _calls.Add([.. batch]);
                return batch.Contains(70) ? throw new FormatException("seventy") : batch.ToArray();
            },
            new StreamOptions
            {
                MinBatchSize = 64,
                SplitFailedBatches = true,
                Retry = new RetryOptions { MaxAttempts = attempts, Delay = TimeSpan.FromSeconds(1), HasJitter = false },
                OnFailure = CellFailurePolicy.DropRow,
            });
        (List<(long Row, long Value)> rows, RunReport report) = _host.Collect(graph.Build(192), y);

        rows.Select(row => row.Row).Should().Equal(Enumerable.Range(0, 192).Where(r => r != 70).Select(r => (long)r));
        report.Dropped.Should().ContainSingle().Which.Attempts.Should().Be(attempts);
        _calls.Where(call => call.Contains(70)).Select(call => call.Length).Should().Equal(sizes);
        _calls.SelectMany(call => call).CountBy(row => row).Where(row => row.Key != 70).Should().OnlyContain(row => row.Value <= attempts);
    }

    [Fact]
    public void A_failed_batch_stays_together_unless_the_column_lets_it_be_split()
    {
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Stream(
            "y",
            batch =>
            {
                _calls.Add([.. batch]);
                return batch.Contains(70) ? throw new FormatException("seventy") : batch.ToArray();
            },
            new StreamOptions { MinBatchSize = 64, Retry = new RetryOptions { MaxAttempts = 3, Delay = TimeSpan.FromSeconds(1), HasJitter = false }, OnFailure = CellFailurePolicy.DropRow });
        RunReport report = _host.Report(graph.Build(192));
        report.DroppedRows.Should().Be(64);
        _calls.Where(call => call.Contains(70)).Should().HaveCount(3).And.OnlyContain(call => call.Length == 64);
    }

    [Fact]
    public void A_failed_batch_counts_as_an_attempt_of_each_of_its_rows()
    {
        int calls = 0;
        var graph = new GraphBuilder();
        Column<long> x = graph.Start("x", row => row);
        graph.From(x).Stream(
            "y",
            batch => ++calls == 1 ? throw new FormatException() : batch.ToArray(),
            new StreamOptions { MinBatchSize = 100, MaxBatchSize = 100, Retry = new RetryOptions { MaxAttempts = 2 } });
        RunReport report = _host.Report(graph.Build(100));
        (report.Columns[1].Failures, report.Columns[1].Retries).Should().Be((100, 100));
    }

    private sealed class OddsFail : BatchGenerator<long>
    {
        public override bool IsRowStreamable => true;

        public override CellOptions Options { get; } = new StreamOptions { OnFailure = CellFailurePolicy.DropRow };

        protected internal override ValueTask<IReadOnlyList<long>> GenerateAsync(BatchInputs inputs, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                if (inputs.RowAt(i) % 2 == 1)
                    inputs.Fail(i, new FormatException("odd"));
            }

            return new(inputs.GetColumn<long>("x"));
        }
    }
}
