namespace ExecGraph.Tests.Support;

/// <summary>A generator that declares what it is told to, and has no code to run.</summary>
internal sealed class DeclaredGenerator(
    bool fromScratch, GenerationStrategy strategy, bool streamable, BarrierScope scope = BarrierScope.Dataset) : ColumnGenerator
{
    public override bool CanGenerateFromScratch => fromScratch;

    public override GenerationStrategy Strategy => strategy;

    public override bool IsRowStreamable => streamable;

    public override BarrierScope Scope => scope;
}
