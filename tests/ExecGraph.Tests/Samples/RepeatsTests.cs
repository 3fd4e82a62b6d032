using System.Collections;
using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class RepeatsTests
{
    [Fact]
    public void A_repeat_names_the_row_of_the_first_and_not_its_position() =>
        Repeats.FirstRows(new Batch((10, "a"), (12, "b"), (13, "a"), (20, "A"), (21, "a")))
            .Should().Equal([null, null, 10, null, 10]);

    [Fact]
    public void Rows_without_text_are_no_repeats_of_each_other() =>
        Repeats.FirstRows(new Batch((0, ""), (1, ""))).Should().Equal([null, null]);

    private sealed class Batch(params (long Row, string Text)[] rows) : IRowBatch<string>
    {
        public int Count => rows.Length;

        public string this[int index] => rows[index].Text;

        public long RowAt(int position) => rows[position].Row;

        public IEnumerator<string> GetEnumerator() => rows.Select(row => row.Text).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
