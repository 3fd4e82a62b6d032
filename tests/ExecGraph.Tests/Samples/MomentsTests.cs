using CsCheck;
using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class MomentsTests
{
    [Fact]
    public void Parts_merge_to_what_the_whole_gives() =>
        Gen.Int[0, 1000].Array.Select(Gen.Int[0, 1000].Array).Sample((left, right) =>
            Fold(left).Merge(Fold(right)).Should().Be(Fold([.. left, .. right])));

    [Fact]
    public void A_score_counts_deviations_from_the_mean()
    {
        Moments moments = Fold([2, 4, 4, 4, 5, 5, 7, 9]);

        moments.ZScore(9).Should().Be(2);
        moments.ZScore(5).Should().Be(0);
        moments.ZScore(1).Should().Be(-2);
    }

    [Fact]
    public void Values_that_are_all_alike_score_nothing() => Fold([3, 3, 3]).ZScore(3).Should().Be(0);

    private static Moments Fold(int[] values) => values.Aggregate(new Moments(), (moments, value) => moments.Add(value));
}
