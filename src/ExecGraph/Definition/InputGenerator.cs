using System.Threading.Channels;
using ExecGraph.Table;

namespace ExecGraph.Definition;

/// <summary>Reads input that exists already, row by row: the table may end where it ends.</summary>
internal abstract class InputRunner(RunnerBinding binding) : ColumnRunner(binding)
{
    internal override bool IsAsync => true;

    internal abstract void Open();

    /// <summary>Moves to the next row. Not complete at once means that the input has nothing yet.</summary>
    internal abstract ValueTask<bool> MoveNextAsync();

    /// <summary>Writes the current row's value.</summary>
    internal abstract void Write(ColumnBuffer?[] buffers, int index);

    internal abstract ValueTask CloseAsync();
}

/// <summary>Tells a generator that knows where the rows end.</summary>
internal interface IInputGenerator
{
    /// <summary>Whether it can be read once only, so that a run which reads it cannot be continued.</summary>
    bool IsReadOnce { get; }
}

/// <summary>A column whose values are read from an enumeration or a channel.</summary>
internal sealed class InputGenerator<T>(Func<CancellationToken, IAsyncEnumerator<T>> open, bool isReadOnce) : RunnableGenerator, IInputGenerator
{
    public bool IsReadOnce => isReadOnce;

    internal override Guid CodeVersion => Guid.Empty;

    public override bool CanGenerateFromScratch => true;

    public override bool IsOrderDependent => true;

    internal override IReadOnlyList<Type> OutputTypes => OneOutput<T>.Types;

    internal override IReadOnlyList<Type> InputTypes => [];

    internal override ColumnRunner CreateRunner(RunnerBinding binding) => new Runner(binding, open);

    private sealed class Runner(RunnerBinding binding, Func<CancellationToken, IAsyncEnumerator<T>> open) : InputRunner(binding)
    {
        private IAsyncEnumerator<T>? _rows;

        internal override void AddBuffers(ColumnBuffer?[] buffers, int rows) => OneOutput<T>.AddBuffers(buffers, Binding.Outputs, rows);

        internal override void Open() => _rows = open(Binding.Services.SourceToken);

        internal override ValueTask<bool> MoveNextAsync() => _rows!.MoveNextAsync();

        internal override void Write(ColumnBuffer?[] buffers, int index) =>
            ((ColumnBuffer<T>)buffers[Binding.Outputs[0]]!).Values[index] = _rows!.Current;

        internal override ValueTask CloseAsync() => _rows?.DisposeAsync() ?? default;
    }
}

/// <summary>A list as a start column: any cell can be read at any time.</summary>
internal readonly struct ListBody<T>(IReadOnlyList<T> rows) : ICellBody<long, T>
{
    public Delegate? Code => null;

    public T Invoke(long input, in CellSite site) => rows[(int)input];
}

/// <summary>An enumeration without waiting, as one with.</summary>
internal sealed class EnumerableCursor<T>(IEnumerator<T> rows) : IAsyncEnumerator<T>
{
    public T Current => rows.Current;

    public ValueTask<bool> MoveNextAsync() => new(rows.MoveNext());

    public ValueTask DisposeAsync()
    {
        rows.Dispose();
        return default;
    }
}

/// <summary>The items of a channel until it is completed.</summary>
internal sealed class ChannelCursor<T>(ChannelReader<T> channel, CancellationToken cancellationToken) : IAsyncEnumerator<T>
{
    private T? _current;

    public T Current => _current!;

    public ValueTask<bool> MoveNextAsync() => channel.TryRead(out _current) ? new ValueTask<bool>(true) : WaitAsync();

    public ValueTask DisposeAsync() => default;

    private async ValueTask<bool> WaitAsync()
    {
        while (await channel.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (channel.TryRead(out _current))
                return true;
        }

        return false;
    }
}
