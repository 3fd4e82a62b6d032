using Quickstart;

namespace ExecGraph.Tests.Samples;

public sealed class MemberReaderTests : IDisposable
{
    private readonly DocumentationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Members_come_file_by_file_in_the_order_of_the_names()
    {
        _folder.Add("b.xml", """<member name="T:B"><summary>Two.</summary></member>""");
        _folder.Add("a.xml", """<member name="T:A"><remarks>Not this.</remarks><summary> One <c>!</c> </summary></member><member name="T:C" />""");

        MemberReader.ReadFolder(_folder.Path).Should().Equal(
            new Member("T:A", "A", "One <c>!</c>", "a.xml"),
            new Member("T:C", "C", "", "a.xml"),
            new Member("T:B", "B", "Two.", "b.xml"));
    }

    [Fact]
    public void A_nested_type_and_its_members_belong_to_the_type_around_them()
    {
        _folder.Add("a.xml", """
            <member name="T:N.Outer"/><member name="T:N.Outer.Inner"/><member name="M:N.Outer.Inner.Do(System.Int32)"/><member name="F:N.Unseen.Value"/>
            """);

        MemberReader.ReadFolder(_folder.Path).Select(member => member.Type).Should().Equal("N.Outer", "N.Outer", "N.Outer", "N.Unseen");
    }

    [Fact]
    public void A_type_inside_an_unseen_one_is_named_by_itself()
    {
        _folder.Add("a.xml", """<member name="T:N.Outer.Inner"/><member name="P:N.Outer.Inner.Size"/>""");

        MemberReader.ReadFolder(_folder.Path).Select(member => member.Type).Should().AllBe("N.Outer.Inner");
    }

    [Theory]
    [InlineData("""<doc><members><member name="T:A"><summary>One.</summary></member><member name="T:B"><summary>Two <oops</summary>""", 1)]
    [InlineData("<doc>\n<members>\n<member name=\"T:A\"><summary>One.</summary></member>\n<member name=\"T:B\"><summary>Cut", 4)]
    [InlineData("<doc>\n<members>\n<member name=\"T:A\"><summary>One.</summary></member>\n<member name=\"T:B\"><summary>Two.</summary>", 4)]
    [InlineData("<doc>\n<members>\n<member name=\"T:A\"><summary>One.</summary></member>", 3)]
    public void A_broken_file_is_named_with_line_and_position_after_what_stands_before(string text, int line)
    {
        string path = _folder.AddText("broken.xml", text);
        var seen = new List<string>();

        Action read = () => seen.AddRange(MemberReader.ReadFolder(_folder.Path).Select(member => member.Id));

        read.Should().Throw<InvalidDataException>().WithMessage($"{path}: * Line {line}, position *");
        seen.Should().Contain("T:A").And.NotContain("T:B");
    }

    [Fact]
    public void A_file_that_is_broken_in_its_first_bytes_is_named_too()
    {
        string path = _folder.AddText("broken.xml", "");
        byte[] markOfAnEncodingThatTheTextIsNotIn = [0xFF, 0xFE, 0, 0, .. "<doc>"u8];
        File.WriteAllBytes(path, markOfAnEncodingThatTheTextIsNotIn);

        Action read = () => MemberReader.ReadFolder(_folder.Path).Should().BeEmpty();

        read.Should().Throw<InvalidDataException>().WithMessage($"{path}: * Line 1, position *");
    }
}
