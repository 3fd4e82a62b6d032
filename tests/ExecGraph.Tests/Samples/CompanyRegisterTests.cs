using Enrichment;

namespace ExecGraph.Tests.Samples;

public sealed class CompanyRegisterTests
{
    [Fact]
    public void Names_are_different_and_do_not_depend_on_how_many_are_wanted()
    {
        IReadOnlyList<string> names = CompanyRegister.Names(2000);

        names.Should().OnlyHaveUniqueItems().And.Contain("Ash & Sons").And.Contain("Ash & Sons 2");
        CompanyRegister.Names(10).Should().Equal(names.Take(10));
    }

    [Fact]
    public void A_seed_tells_everything()
    {
        IReadOnlyList<string> names = CompanyRegister.Names(300);

        All(25).Should().Equal(All(25)).And.NotEqual(All(26));

        IEnumerable<(Company, Trouble, int)> All(int seed)
        {
            var register = new CompanyRegister(seed);
            return names.Select(name => (register[name], register.TroubleWith(name), register.FailuresOf("summaries", name)));
        }
    }

    [Fact]
    public void There_is_something_of_everything()
    {
        var register = new CompanyRegister(25);
        IReadOnlyList<string> names = CompanyRegister.Names(300);

        names.Select(register.TroubleWith).Distinct().Should().BeEquivalentTo(Enum.GetValues<Trouble>());
        names.Select(name => register.FailuresOf("companies", name)).Distinct().Should().BeEquivalentTo([0, 1, 2]);
        names.Select(name => Program.SizeOf(register[name].Headcount)).Distinct().Should().BeEquivalentTo("tiny", "small", "medium", "large");
        names.Select(name => register[name].Headcount).Should().OnlyContain(headcount => headcount >= 3);
    }
}
