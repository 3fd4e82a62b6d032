using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class MemberIdTests
{
    [Theory]
    [InlineData("T:System.Uri", "Type")]
    [InlineData("M:System.Uri.#ctor(System.String)", "Method")]
    [InlineData("P:System.Uri.Host", "Property")]
    [InlineData("F:System.Uri.SchemeDelimiter", "Field")]
    [InlineData("E:System.Console.CancelKeyPress", "Event")]
    [InlineData("N:System", "Other")]
    [InlineData("", "Other")]
    public void The_letter_before_the_colon_tells_the_kind(string id, string kind) => MemberId.KindOf(id).Should().Be(kind);

    [Theory]
    [InlineData("T:System.Collections.Generic.List`1", "List")]
    [InlineData("M:System.String.Trim(System.Char)", "Trim")]
    [InlineData("M:System.Array.Sort``2(``0[],``1[])", "Sort")]
    [InlineData("M:System.Text.StringBuilder.#ctor(System.Int32)", "StringBuilder")]
    [InlineData("M:System.Collections.BitArray.System#Collections#ICollection#CopyTo(System.Array,System.Int32)", "CopyTo")]
    [InlineData("M:System.Decimal.op_Explicit(System.Decimal)~System.Byte", "op_Explicit")]
    [InlineData("Word", "Word")]
    public void A_short_name_is_what_a_reader_calls_it(string id, string name) => MemberId.ShortNameOf(id).Should().Be(name);

    [Theory]
    [InlineData("System.Uri.Host", "System.Uri")]
    [InlineData("Global", "")]
    public void A_parent_is_the_name_up_to_the_last_dot(string name, string parent) => MemberId.ParentOf(name).Should().Be(parent);
}
