using Enrichment;

namespace ExecGraph.Tests.Samples;

public sealed class FrontDoorTests
{
    private static readonly ServiceOptions Generous = new() { Rate = int.MaxValue, Quota = int.MaxValue, OverloadEvery = int.MaxValue };

    private readonly EagerTime _time = new();

    [Fact]
    public void A_quota_that_is_used_up_is_there_again_the_next_day()
    {
        var door = new FrontDoor(Generous with { Quota = 2, Day = TimeSpan.FromSeconds(10) }, _time);
        _time.Advance(TimeSpan.FromSeconds(3));

        Enter(door, 2).Should().Equal([null, null]);
        door.Refuse(out TimeSpan wait).Should().Be(Answer.QuotaUsedUp);
        wait.Should().Be(TimeSpan.FromSeconds(7));
        _time.Advance(wait - TimeSpan.FromTicks(1));
        Enter(door, 1).Should().Equal(Answer.QuotaUsedUp);
        _time.Advance(TimeSpan.FromTicks(1));
        Enter(door, 3).Should().Equal(null, null, Answer.QuotaUsedUp);
    }

    [Fact]
    public void In_any_second_so_many_are_let_in()
    {
        var door = new FrontDoor(Generous with { Rate = 2 }, _time);

        Enter(door, 1).Should().Equal([null]);
        _time.Advance(TimeSpan.FromSeconds(0.75));
        Enter(door, 2).Should().Equal(null, Answer.TooFast);
        door.Refuse(out TimeSpan wait);
        wait.Should().Be(TimeSpan.FromSeconds(0.25));
        _time.Advance(wait);
        Enter(door, 2).Should().Equal(null, Answer.TooFast);
    }

    [Fact]
    public void After_so_many_requests_there_is_a_second_of_overload()
    {
        var door = new FrontDoor(Generous with { OverloadEvery = 3 }, _time);

        Enter(door, 4).Should().Equal(null, null, null, Answer.Overloaded);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        door.Refuse(out TimeSpan wait).Should().Be(Answer.Overloaded);
        wait.Should().Be(TimeSpan.FromSeconds(0.5));
        _time.Advance(wait);
        Enter(door, 4).Should().Equal(null, null, null, Answer.Overloaded);
    }

    private static Answer?[] Enter(FrontDoor door, int times) => [.. Enumerable.Range(0, times).Select(_ => door.Refuse(out TimeSpan _))];
}
