using ExecGraph.Tests.Support;
using static ExecGraph.ExecutionTraits;

namespace ExecGraph.Tests.Graph;

public class ColumnDescriptorTests
{
    [Theory]
    [InlineData(false, GenerationStrategy.CellByCell, true, CellByCell | RowStreamable)]
    [InlineData(true, GenerationStrategy.CellByCell, true, Start | CellByCell | RowStreamable)]
    [InlineData(false, GenerationStrategy.CellByCell, false, CellByCell | RowStreamable)]
    [InlineData(false, GenerationStrategy.FullColumn, true, RowStreamable)]
    [InlineData(true, GenerationStrategy.FullColumn, true, Start | RowStreamable)]
    [InlineData(false, GenerationStrategy.FullColumn, false, ExecutionTraits.Barrier)]
    [InlineData(true, GenerationStrategy.FullColumn, false, Start | ExecutionTraits.Barrier)]
    public void Traits_are_inferred_from_what_the_generator_declares(
        bool fromScratch, GenerationStrategy strategy, bool streamable, ExecutionTraits expected)
    {
        var generator = new DeclaredGenerator(fromScratch, strategy, streamable);

        generator.InferTraits().Should().Be(expected);
        new ColumnDescriptor("a") { Generator = generator }.Traits.Should().Be(expected);
    }

    [Fact]
    public void A_generator_that_declares_nothing_is_cell_by_cell_and_needs_inputs()
    {
        var generator = new SilentGenerator();

        generator.InferTraits().Should().Be(CellByCell | RowStreamable);
        generator.CanGenerateFromScratch.Should().BeFalse();
        generator.Strategy.Should().Be(GenerationStrategy.CellByCell);
        generator.IsRowStreamable.Should().BeTrue();
        generator.IsOrderDependent.Should().BeFalse();
        generator.Scope.Should().Be(BarrierScope.Dataset);
    }

    [Fact]
    public void A_full_column_generator_is_not_streamable_unless_it_says_so() =>
        new FullColumnGenerator().InferTraits().Should().Be(ExecutionTraits.Barrier);

    [Fact]
    public void A_column_without_traits_or_generator_has_none_and_ranges_over_the_dataset()
    {
        var column = new ColumnDescriptor("a");

        column.Traits.Should().Be(None);
        column.Scope.Should().Be(BarrierScope.Dataset);
        column.Dependencies.Should().BeEmpty();
        column.SideOutputs.Should().BeEmpty();
        column.Generator.Should().BeNull();
        column.Annotation.Should().BeNull();
        column.DeclaresTraits.Should().BeFalse();
        column.DeclaresScope.Should().BeFalse();
    }

    [Theory]
    [InlineData(None, false, false, false, false)]
    [InlineData(Start, true, false, false, false)]
    [InlineData(CellByCell, false, true, false, false)]
    [InlineData(RowStreamable, false, false, true, false)]
    [InlineData(ExecutionTraits.Barrier, false, false, false, true)]
    public void Each_trait_has_its_own_question(ExecutionTraits traits, bool start, bool cell, bool streamable, bool barrier)
    {
        var column = new ColumnDescriptor("a") { Traits = traits };

        column.IsStart.Should().Be(start);
        column.IsCellByCell.Should().Be(cell);
        column.IsRowStreamable.Should().Be(streamable);
        column.IsBarrier.Should().Be(barrier);
        column.DeclaresTraits.Should().BeTrue();
    }

    [Fact]
    public void Scope_comes_from_the_generator_unless_declared()
    {
        var grouped = new DeclaredGenerator(false, GenerationStrategy.FullColumn, false, BarrierScope.RowGroup);

        new ColumnDescriptor("a") { Generator = grouped }.Scope.Should().Be(BarrierScope.RowGroup);
        var declared = new ColumnDescriptor("a") { Generator = grouped, Scope = BarrierScope.Dataset };
        declared.Scope.Should().Be(BarrierScope.Dataset);
        declared.DeclaresScope.Should().BeTrue();
    }

    [Fact]
    public void A_column_produces_itself_and_its_side_outputs() =>
        new ColumnDescriptor("a") { SideOutputs = ["b", "c"] }.ProducedColumns.Should().Equal("a", "b", "c");

    [Fact]
    public void Lists_are_copied()
    {
        string[] names = ["x"];
        var column = new ColumnDescriptor("a") { Dependencies = names, SideOutputs = names };

        names[0] = "changed";

        column.Dependencies.Should().Equal("x");
        column.SideOutputs.Should().Equal("x");
    }

    [Fact]
    public void Lists_may_not_be_null()
    {
        FluentActions.Invoking(() => new ColumnDescriptor("a") { Dependencies = null! }).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new ColumnDescriptor("a") { SideOutputs = null! }).Should().Throw<ArgumentNullException>();
    }

    private sealed class SilentGenerator : ColumnGenerator;

    private sealed class FullColumnGenerator : ColumnGenerator
    {
        public override GenerationStrategy Strategy => GenerationStrategy.FullColumn;
    }
}
