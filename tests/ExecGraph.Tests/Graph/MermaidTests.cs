using ExecGraph.Tests.Support;
using static ExecGraph.Tests.Support.Columns;

namespace ExecGraph.Tests.Graph;

public class MermaidTests
{
    [Fact]
    public void A_graph_of_one_stage_has_no_boxes() =>
        Picture(Start("topic"), Cell("summary", "topic"), Stream("vector", "summary"), Cell("words", "summary", "topic")).Should().Be(
            """
            flowchart LR
                c0(["topic<br/>Start · CellByCell"])
                c1["summary<br/>CellByCell"]
                c2["vector<br/>RowStreamable"]
                c3["words<br/>CellByCell"]
                c0 --> c1 & c3
                c1 --> c2 & c3
            """);

    [Fact]
    public void Stages_are_boxes_barriers_hexagons_and_thick_arrows_wait_for_all_rows() =>
        Picture(Start("a"), Barrier("b", "a"), GroupBarrier("c", "a"), Cell("d", "b", "c"), StartBarrier("e")).Should().Be(
            """
            flowchart LR
                subgraph stage0["stage 0"]
                    c0(["a<br/>Start · CellByCell"])
                    c2{{"c<br/>Barrier per row group"}}
                end
                subgraph stage1["stage 1"]
                    c1{{"b<br/>Barrier"}}
                    c3["d<br/>CellByCell"]
                    c4{{"e<br/>Start · Barrier"}}
                end
                c0 ==> c1 & c2
                c1 --> c3
                c2 --> c3
            """);

    [Fact]
    public void Side_outputs_are_shown_where_they_are_produced_and_where_they_are_read() =>
        Picture(Start("a").Producing("x", "y"), Cell("b", "a"), Cell("c", "y", "a", "x", "y"), Cell("d", "x"), Barrier("e", "x"), Cell("f", "x")).Should().Be(
            """
            flowchart LR
                subgraph stage0["stage 0"]
                    c0(["a<br/>Start · CellByCell<br/>also x, y"])
                    c1["b<br/>CellByCell"]
                    c2["c<br/>CellByCell"]
                    c3["d<br/>CellByCell"]
                    c5["f<br/>CellByCell"]
                end
                subgraph stage1["stage 1"]
                    c4{{"e<br/>Barrier"}}
                end
                c0 --> c1
                c0 -->|"y, x"| c2
                c0 -->|"x"| c3 & c5
                c0 ==>|"x"| c4
            """);

    [Fact]
    public void A_real_column_that_hides_a_side_output_has_the_arrow() =>
        Picture(Start("a").Producing("b"), Start("b"), Cell("c", "b")).Should().EndWith("\n    c1 --> c2");

    [Fact]
    public void Annotations_are_shown_last() =>
        Picture(Start("a").Producing("x") with { Annotation = "writer ≤ 64" }).Should().Be(
            """
            flowchart LR
                c0(["a<br/>Start · CellByCell<br/>also x<br/>writer ≤ 64"])
            """);

    [Fact]
    public void A_column_without_traits_shows_its_name_alone() =>
        Picture(Start("a"), Column("b", ExecutionTraits.None, "a")).Should().Contain("\n    c1[\"b\"]\n");

    [Fact]
    public void The_picture_is_the_same_whatever_the_row_count() =>
        new ExecutionGraph([Start("a"), Barrier("b", "a")], rowCount: null).ToMermaid()
            .Should().Be(new ExecutionGraph([Start("a"), Barrier("b", "a")], rowCount: 1_000_000_000).ToMermaid());

    // What Mermaid, or the Markdown in its labels, would read as its own is written as a character code.
    [Theory]
    [InlineData("user_id", "user_id")]
    [InlineData("größe 2-fach", "größe 2-fach")]
    [InlineData("rate 0.5/s, (max 4)", "rate 0.5/s, (max 4)")]
    [InlineData("4 ≤ x × y · z", "4 ≤ x × y · z")]
    [InlineData("say \"hi\"", "say #34;hi#34;")]
    [InlineData("a#b;", "a#35;b#59;")]
    [InlineData("<b>", "#60;b#62;")]
    [InlineData("x[y]{z}|", "x#91;y#93;#123;z#125;#124;")]
    [InlineData("%%{init: 1}%%", "#37;#37;#123;init#58; 1#125;#37;#37;")]
    [InlineData("`a`", "#96;a#96;")]
    [InlineData("*a*", "#42;a#42;")]
    [InlineData("_a_", "#95;a#95;")]
    [InlineData("a_ _b", "a#95; #95;b")]
    [InlineData("a__b", "a#95;#95;b")]
    [InlineData("- a", "#45; a")]
    [InlineData("1. a", "1#46; a")]
    [InlineData("12) a", "12#41; a")]
    [InlineData(".a", "#46;a")]
    [InlineData("a.", "a.")]
    [InlineData("v1.2", "v1.2")]
    [InlineData("a\\nb", "a#92;nb")]
    [InlineData("\U0001F600-a", "#128512;#45;a")]
    [InlineData("\U00020000-a", "\U00020000#45;a")]
    public void Names_are_escaped(string name, string escaped)
    {
        string picture = Picture(Start("a").Producing(name), Cell("b", name) with { Annotation = name });

        picture.Should().Be($"""
            flowchart LR
                c0(["a<br/>Start · CellByCell<br/>also {escaped}"])
                c1["b<br/>CellByCell<br/>{escaped}"]
                c0 -->|"{escaped}"| c1
            """);
        Picture(Start(name)).Should().Contain($"([\"{escaped}<br/>");
    }

    private static string Picture(params ColumnDescriptor[] columns) => new ExecutionGraph(columns, rowCount: 10).ToMermaid();
}
