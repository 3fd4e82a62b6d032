using ExecGraph.Checkpoints;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>The entries of one run's store, by what they mean.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RunEntries(ICheckpointStore store, int groupSize)
{
    internal static CheckpointKey RowsKey { get; } = new(CheckpointKind.Rows, 0, 0);

    internal static CheckpointKey KeyOf(int stage, long group) => new(CheckpointKind.RowGroup, stage, group);

    /// <summary>What is stored of a group in a stage.</summary>
    internal ValueTask<GroupRecord> ReadAsync(int stage, long group) =>
        ReadAsync(KeyOf(stage, group), bytes => GroupRecord.Read(bytes, groupSize), CancellationToken.None);

    internal ValueTask AppendAsync(CheckpointKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => store.AppendAsync(key, content, cancellationToken);

    internal ValueTask AppendAsync(CheckpointKey key, params ReadOnlySpan<long> numbers)
    {
        var writer = new ByteWriter();
        foreach (long number in numbers)
            writer.Number(number);
        return store.AppendAsync(key, writer.Written);
    }

    internal ValueTask ForgetAsync(CheckpointKey key, CancellationToken cancellationToken = default) => store.AppendAsync(key, default, cancellationToken);

    internal async ValueTask<long[]> ReadNumbersAsync(CheckpointKey key, int count, CancellationToken cancellationToken) => await ReadAsync(
        key,
        bytes =>
        {
            var reader = new ByteReader(bytes.Span);
            var numbers = new long[count];
            for (int i = 0; i < count; i++)
                numbers[i] = reader.Number();
            reader.End();
            return numbers;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Reads an entry that the store has.</summary>
    /// <exception cref="CheckpointException">It is not there, or nothing that can be decoded.</exception>
    internal async ValueTask<T> ReadAsync<T>(CheckpointKey key, Func<ReadOnlyMemory<byte>, T> decode, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = await store.ReadAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (KeyNotFoundException exception)
        {
            throw Undecodable(key.ToString(), exception); // another entry says that it is there
        }

        try
        {
            return decode(bytes);
        }
        catch (Exception exception) when (exception is not CheckpointException)
        {
            throw Undecodable(key.ToString(), exception);
        }
    }

    /// <summary>Decodes something of a row group's record.</summary>
    internal static T Decode<T>(ActiveRowGroup group, GroupRecord record, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception exception) when (exception is not CheckpointException)
        {
            throw Undecodable($"row group {group.Index} ({record.Rows} rows)", exception);
        }
    }

    internal static CheckpointException Undecodable(string what, Exception exception) => new(
        $"What is stored of {what} cannot be read back: {exception.Message} The file is whole, so its content was written by another program or codec. Use that, or ResumeMode.Never to begin anew.",
        exception);
}
