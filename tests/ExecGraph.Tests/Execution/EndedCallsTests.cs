using ExecGraph.Definition;
using ExecGraph.Execution;

namespace ExecGraph.Tests.Execution;

/// <summary>The list of calls that have ended: what is added is taken once.</summary>
public sealed class EndedCallsTests
{
    private readonly EndedCalls _calls = new();

    [Fact]
    public void All_that_wait_are_taken_at_once_the_earliest_first()
    {
        _calls.IsEmpty.Should().BeTrue();
        _calls.TakeSome(out _).Should().BeFalse();
        StubCell[] cells = [new(), new(), new()];
        cells.Select(_calls.Add).Should().Equal(1, 2, 3);
        _calls.IsEmpty.Should().BeFalse();
        Chain(Take()).Should().Equal(cells);
        _calls.IsEmpty.Should().BeTrue();
        _calls.Add(cells[0]).Should().Be(1, "what was taken does not count any more");
        Chain(Take()).Should().Equal(cells[0]);
    }

    [Fact]
    public async Task What_threads_add_while_others_take_is_taken_exactly_once()
    {
        const int adders = 3;
        const int each = 20_000;
        int taken = 0;
        int left = adders;
        Task[] adding = [.. Enumerable.Range(0, adders).Select(_ => Task.Run(() =>
        {
            // Few objects, used again as soon as they are taken: a list that took single elements would lose some of them.
            var cells = new StubCell[8];
            for (int i = 0; i < cells.Length; i++)
                cells[i] = new StubCell();
            for (int i = 0; i < each; i++)
            {
                StubCell cell = cells[i % cells.Length];
                SpinWait.SpinUntil(() => !Volatile.Read(ref cell.IsIn));
                Volatile.Write(ref cell.IsIn, true);
                _calls.Add(cell);
            }

            Interlocked.Decrement(ref left);
        }))];
        Task[] taking = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (Volatile.Read(ref left) > 0 || !_calls.IsEmpty)
            {
                foreach (StubCell cell in Chain(Take()))
                {
                    if (!Interlocked.Exchange(ref cell.IsIn, false))
                        throw new InvalidOperationException("It was taken before.");
                    Interlocked.Increment(ref taken);
                }
            }
        }))];
        await Task.WhenAll([.. adding, .. taking]).WaitAsync(TimeSpan.FromSeconds(60));
        taken.Should().Be(adders * each);
    }

    [Fact]
    public void Of_many_some_are_left_for_others()
    {
        StubCell[] cells = [.. Enumerable.Range(0, (2 * EndedCalls.Most) + 1).Select(_ => new StubCell())];
        foreach (StubCell cell in cells)
            _calls.Add(cell);
        StubCell[] first = [.. Chain(Take())];
        _calls.IsEmpty.Should().BeFalse();
        _calls.Add(first[0]);
        StubCell[] second = [.. Chain(Take())];
        StubCell[] third = [.. Chain(Take())];
        first.Concat(second).Concat(third).Should().Equal(cells);
        Chain(Take()).Should().Equal(first[0]);
        _calls.IsEmpty.Should().BeTrue();
    }

    private PendingCell? Take() => _calls.TakeSome(out PendingCell? first) ? first : null;

    private static IEnumerable<StubCell> Chain(PendingCell? first)
    {
        for (PendingCell? cell = first, next; cell is not null; cell = next)
        {
            next = cell.Next; // before whoever gets it adds it again
            yield return (StubCell)cell;
        }
    }

    private sealed class StubCell() : PendingCell(null!)
    {
        internal bool IsIn;

        internal override Exception? Finish() => null;
    }
}
