using System.Collections.Concurrent;
using ExecGraph.Checkpoints;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>
/// Tells people which rows of a kept run were given up: in the store, beside the row groups, and from there in a file. The row groups' records say which rows are gone; the
/// letters say it in words, with what the failed cells had to work with.
/// </summary>
/// <remarks>Row groups are saved by any thread, each once in a stage; the rest is for whoever opens or closes the run.</remarks>
internal sealed class DeadLetters(RunEntries entries, DeadLetterFile? file, int groupSize)
{
    private readonly ConcurrentDictionary<CheckpointKey, bool> _kept = new();
    private bool _isRetrying;

    /// <summary>Present from when dropped rows begin to be tried again until all of them have been: letters may tell of rows that are dropped no more.</summary>
    internal static CheckpointKey RetryKey { get; } = new(CheckpointKind.Retry, 0, 0);

    /// <summary>Writes the file anew.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async ValueTask OpenAsync(IEnumerable<CheckpointKey> stored, CancellationToken cancellationToken)
    {
        foreach (CheckpointKey key in stored.Where(key => key.Kind == CheckpointKind.Dropped))
            _kept[key] = true;
        await WriteFileAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps what is to be told of a group that is settled in its stage.</summary>
    internal async ValueTask SaveAsync(ActiveRowGroup group, RecordedDrop[] drops)
    {
        var key = new CheckpointKey(CheckpointKind.Dropped, group.Stage, group.Index);
        if (drops.Length > 0)
        {
            _kept[key] = true;
            await entries.AppendAsync(key, Write(drops.Select(drop => (drop.Offset, drop.Letter!)))).ConfigureAwait(false);
            file?.Append(drops.Select(drop => drop.Letter!));
        }
        else if (_kept.TryRemove(key, out _))
        {
            await entries.ForgetAsync(key).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps what is to be told of a group beside what is told of it already.</summary>
    internal async ValueTask AddAsync(ActiveRowGroup group, RecordedDrop[] drops)
    {
        var key = new CheckpointKey(CheckpointKind.Dropped, group.Stage, group.Index);
        if (drops.Length == 0 || !_kept.ContainsKey(key))
            return;
        Dictionary<int, string> letters = drops.ToDictionary(drop => drop.Offset, drop => drop.Letter!);
        foreach ((int offset, string line) in await ReadAsync(key, CancellationToken.None).ConfigureAwait(false))
            letters.TryAdd(offset, line);
        await entries.AppendAsync(key, Write(letters.Select(letter => (letter.Key, letter.Value)))).ConfigureAwait(false);
    }

    internal void CloseFile() => file?.Close();

    /// <summary>Puts the file into row order.</summary>
    internal async ValueTask CloseAsync()
    {
        CloseFile();
        await WriteFileAsync(CancellationToken.None).ConfigureAwait(false);
    }

    internal async ValueTask BeginRetryAsync(CancellationToken cancellationToken)
    {
        _isRetrying = true;
        await entries.AppendAsync(RetryKey, new byte[] { 1 }, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask EndRetryAsync()
    {
        if (_isRetrying)
            await entries.ForgetAsync(RetryKey).ConfigureAwait(false);
        _isRetrying = false;
    }

    /// <summary>Takes away letters of rows that the group's record does not give up any more.</summary>
    /// <returns>Whether any are left.</returns>
    internal async ValueTask<bool> ReconcileAsync(CheckpointKey key, GroupRecord record, CancellationToken cancellationToken)
    {
        List<(int Offset, string Line)> letters = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        HashSet<int> gone = [.. record.Drops.Select(drop => drop.Offset)];
        if (letters.RemoveAll(letter => !gone.Contains(letter.Offset)) > 0)
            await entries.AppendAsync(key, letters.Count == 0 ? default : Write(letters), cancellationToken).ConfigureAwait(false);
        return letters.Count > 0;
    }

    private async ValueTask WriteFileAsync(CancellationToken cancellationToken)
    {
        if (file is null)
            return;
        await file.WriteAsync(_kept.IsEmpty ? null : LinesAsync(cancellationToken)).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<string> LinesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (IGrouping<long, CheckpointKey> group in _kept.Keys.GroupBy(key => key.Index).OrderBy(group => group.Key))
        {
            var letters = new SortedDictionary<int, string>();
            foreach (CheckpointKey key in group.OrderBy(key => key.Part))
            {
                foreach ((int offset, string line) in await ReadAsync(key, cancellationToken).ConfigureAwait(false))
                    letters.TryAdd(offset, line);
            }

            foreach (string line in letters.Values)
                yield return line;
        }
    }

    private ValueTask<List<(int Offset, string Line)>> ReadAsync(CheckpointKey key, CancellationToken cancellationToken) => entries.ReadAsync(key, bytes => Read(bytes.Span), cancellationToken);

    private List<(int Offset, string Line)> Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var letters = new List<(int, string)>();
        for (int left = reader.Count(leastBytesOfEach: 2); left > 0; left--)
        {
            long offset = reader.Number();
            if (offset >= groupSize)
                throw new FormatException($"A row group has {groupSize} rows at most, and this is row {offset} of it.");
            letters.Add(((int)offset, reader.Text()));
        }

        reader.End();
        return letters;
    }

    private static ReadOnlyMemory<byte> Write(IEnumerable<(int Offset, string Line)> letters)
    {
        (int Offset, string Line)[] all = [.. letters];
        var writer = new ByteWriter();
        writer.Number(all.Length);
        foreach ((int offset, string line) in all)
        {
            writer.Number(offset);
            writer.Text(line);
        }

        return writer.Written;
    }
}
