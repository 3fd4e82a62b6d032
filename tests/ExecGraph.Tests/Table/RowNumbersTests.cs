using CsCheck;
using ExecGraph.Table;

namespace ExecGraph.Tests.Table;

/// <summary>Rows as bits and by position: what is taken together is what lies together, and every position has its row.</summary>
public sealed class RowNumbersTests
{
    private static readonly Gen<ulong> Word = Gen.OneOf(Gen.ULong, Gen.Int[0, 63].Select(bit => 1UL << bit), Gen.Int[0, 63].Select(bit => ulong.MaxValue << bit), Gen.Int[0, 63].Select(bit => ulong.MaxValue >> bit));

    [Fact]
    public void Stretches_are_the_rows_that_lie_together() =>
        Word.Sample(word =>
        {
            int stretches = 0;
            int last = -2; // the row before was not taken
            ulong taken = 0;
            for (ulong rest = word; rest != 0; stretches++)
            {
                int length = RowBits.TakeStretch(ref rest, out int first);
                first.Should().BeGreaterThan(last + 1, "else it would belong to the stretch before");
                last = first + length - 1;
                for (int row = first; row <= last; row++)
                    taken |= 1UL << row;
            }

            taken.Should().Be(word);
            RowBits.CountStretches(word).Should().Be(stretches);
        });

    [Fact]
    public void Every_position_has_its_row() =>
        Gen.Select(Gen.Select(Gen.Int[1, 5], Gen.Int[0, 3]).Array[0, 20], Gen.Int[0, 20]).Sample((stretches, surplus) =>
        {
            var expected = new List<long>();
            var numbers = RowNumbers.For(stretches.Length + surplus, stretches.Sum(stretch => stretch.Item1));
            long row = 7;
            foreach ((int length, int gap) in stretches)
            {
                row += gap; // none: they adjoin, as the words of a group do
                numbers.Add(expected.Count, row, length);
                for (int i = 0; i < length; i++)
                    expected.Add(row++);
            }

            Enumerable.Range(0, expected.Count).Select(numbers.At).Should().Equal(expected);
        });
}
