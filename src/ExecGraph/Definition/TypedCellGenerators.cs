namespace ExecGraph.Definition;

/// <summary>What the cell columns of the typed surface declare.</summary>
internal abstract class TypedCellGenerator<TIn, TReader, TOut, TWriter>(CellOptions? options, bool start) : RunnableGenerator
    where TReader : struct, IInputReader<TIn>
    where TWriter : struct, IOutputWriter<TOut>
{
    public override bool CanGenerateFromScratch => start;

    public override bool IsOrderDependent => Options.IsOrderDependent;

    public override CellOptions Options { get; } = options ?? CellOptions.Default;

    internal override IReadOnlyList<Type> OutputTypes => TWriter.Types;

    internal override IReadOnlyList<Type> InputTypes => TReader.Types;
}

/// <summary>A column of synchronous cells.</summary>
internal sealed class SyncCellGenerator<TIn, TReader, TBody, TOut, TWriter>(TBody body, CellOptions? options, bool start = false)
    : TypedCellGenerator<TIn, TReader, TOut, TWriter>(options, start)
    where TReader : struct, IInputReader<TIn>
    where TBody : struct, ICellBody<TIn, TOut>
    where TWriter : struct, IOutputWriter<TOut>
{
    internal override Guid CodeVersion => VersionOf(body.Code);

    internal override ColumnRunner CreateRunner(RunnerBinding binding) => new SyncCellRunner<TIn, TReader, TBody, TOut, TWriter>(binding, body);
}

/// <summary>A column of asynchronous cells.</summary>
internal sealed class AsyncCellGenerator<TIn, TReader, TBody, TOut, TWriter>(TBody body, CellOptions? options, bool start = false)
    : TypedCellGenerator<TIn, TReader, TOut, TWriter>(options, start)
    where TReader : struct, IInputReader<TIn>
    where TBody : struct, ICellBody<TIn, ValueTask<TOut>>
    where TWriter : struct, IOutputWriter<TOut>
{
    internal override Guid CodeVersion => VersionOf(body.Code);

    internal override ColumnRunner CreateRunner(RunnerBinding binding) => new AsyncCellRunner<TIn, TReader, TBody, TOut, TWriter>(binding, body);
}
