using System.Text.Json.Serialization.Metadata;
using ExecGraph.Checkpoints;
using ExecGraph.Table;

namespace ExecGraph;

/// <summary>
/// Reads what a finished or interrupted run has kept in a directory, without its graph and without changing anything. It sees what was there when it was opened; a run that
/// goes on meanwhile does not disturb it.
/// </summary>
/// <remarks>Not thread-safe. Only one row group is in memory at a time, unless it is kept.</remarks>
public sealed class CheckpointReader : IDisposable
{
    private readonly IStoreFiles _files;
    private readonly SegmentReaders _readers;
    private readonly Manifest _manifest;
    private readonly Dictionary<CheckpointKey, EntryLocation> _entries;
    private readonly Dictionary<Type, object> _codecs = [];
    private readonly SortedDictionary<string, Func<CodecRegistry, BufferCodec>> _wanted = new(StringComparer.Ordinal);

    private CheckpointReader(IStoreFiles files, Manifest manifest, Dictionary<CheckpointKey, EntryLocation> entries) =>
        (_files, _readers, _manifest, _entries) = (files, new SegmentReaders(files), manifest, entries);

    /// <summary>Opens a directory that a run was kept in.</summary>
    /// <param name="directory">What <c>RunOptions.CheckpointDirectory</c> was.</param>
    /// <exception cref="CheckpointException">Nothing is kept there, or it is damaged.</exception>
    public static CheckpointReader Open(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        return Directory.Exists(path) ? Open(new DiskFiles(path)) : throw new CheckpointException($"There is no directory '{path}', so no run is kept in it.") { Path = path };
    }

    internal static CheckpointReader Open(IStoreFiles files)
    {
        try
        {
            OwnFiles own = OwnFiles.List(files);
            return own.Has(StoreNames.Manifest)
                ? new CheckpointReader(files, Manifest.Parse(WholeFile.Read(files, StoreNames.Manifest)), LogScan.Run(files, own.Segments, CancellationToken.None).Entries)
                : throw new CheckpointException($"No run is kept in '{files.PathOf("")}'.") { Path = files.PathOf("") };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Failed(files.PathOf(""), "read", exception);
        }
    }

    /// <summary>Names the run, through all its interruptions.</summary>
    public Guid RunId => _manifest.Run;

    /// <summary>Rows of the table; null where its sources say where it ends.</summary>
    public long? RowCount => _manifest.Rows;

    /// <summary>Whether the run came to its end.</summary>
    public bool IsFinished => _entries.ContainsKey(new CheckpointKey(CheckpointKind.End, 0, 0));

    /// <summary>The columns that the run's output keeps.</summary>
    public IReadOnlyList<string> ColumnNames => _manifest.Outputs;

    /// <summary>Rows that were given up because a cell failed, of the row groups that are kept, in row order.</summary>
    /// <exception cref="CheckpointException">What is kept is damaged.</exception>
    public IEnumerable<DroppedRow> DroppedRows => Groups(_ => true)
        .GroupBy(key => key.Index)
        .Select(keys => keys.MaxBy(key => key.Part)) // what is kept of a later stage repeats what happened in the earlier ones
        .OrderBy(key => key.Index)
        .SelectMany(key => Read(key).Drops.Select(drop => new DroppedRow(FirstRow(key) + drop.Offset, drop.Column, drop.Attempts, drop.ExceptionType, drop.Message)));

    /// <summary>The finished row groups, ascending, with the columns that were asked for; groups without a surviving row are left out.</summary>
    /// <exception cref="CheckpointException">What is kept is damaged, or was written by another codec.</exception>
    public IEnumerable<RowGroup> RowGroups => Groups(key => key.Part == _manifest.Stages - 1).Order(Comparer<CheckpointKey>.Create((a, b) => a.Index.CompareTo(b.Index))).Select(Load).OfType<RowGroup>();

    /// <summary>The finished rows, ascending: the same row by row.</summary>
    /// <inheritdoc cref="RowGroups" path="/exception"/>
    public IEnumerable<Row> Rows => RowGroups.SelectMany(group => group);

    /// <summary>Asks for a column, before rows are read.</summary>
    /// <returns>The handle to its values.</returns>
    /// <exception cref="KeyNotFoundException">The output keeps no such column.</exception>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public Column<T> GetColumn<T>(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string type = _manifest.TypeOf(name) ?? throw new KeyNotFoundException($"Column '{name}' is not kept. There are: {string.Join(", ", ColumnNames)}.");
        if (type != typeof(T).ToString())
            throw new InvalidOperationException($"Column '{name}' holds {type}, not {typeof(T)}.");
        _wanted[name] = codecs => codecs.Find<T>() is { } codec
            ? new BufferCodec<T>(codec)
            : throw new InvalidOperationException($"There is no codec for column '{name}' ({typeof(T)}). Give the reader the one that the run had.");
        return new Column<T>(name, this);
    }

    /// <summary>Says how values of a type were kept: what <c>GraphBuilder.UseCodec</c> was told.</summary>
    public void UseCodec<T>(ValueCodec<T> codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        _codecs[typeof(T)] = new FramedCodec<T>(codec);
    }

    /// <inheritdoc cref="UseCodec{T}(ValueCodec{T})"/>
    public void UseCodec<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        UseCodec(new JsonValueCodec<T>(type));
    }

    /// <summary>Closes the files. Row groups that were read stay as they are.</summary>
    public void Dispose() => _readers.Dispose();

    private IEnumerable<CheckpointKey> Groups(Predicate<CheckpointKey> isWanted) => _entries.Keys.Where(key => key.Kind == CheckpointKind.RowGroup && isWanted(key));

    private long FirstRow(CheckpointKey group) => group.Index * _manifest.RowGroupSize;

    private RowGroup? Load(CheckpointKey key)
    {
        GroupRecord record = Read(key);
        int count = RowBits.Count(record.Survivors);
        if (count == 0)
            return null;
        var codecs = new CodecRegistry(_codecs);
        string[] names = [.. _wanted.Keys];
        var buffers = new ColumnBuffer?[names.Length];
        var skipped = new ulong[]?[names.Length];
        for (int slot = 0; slot < names.Length; slot++)
        {
            BufferCodec codec = _wanted[names[slot]](codecs);
            int of = slot;
            Decode(key, () =>
            {
                buffers[of] = record.ValuesOf(names[of], codec);
                skipped[of] = record.SkippedOf(_manifest.ProducerOf(names[of]));
            });
        }

        return new RowGroup(new TableLayout(names), buffers, key.Index, FirstRow(key), record.Rows, count == record.Rows ? null : RowBits.Offsets(record.Survivors), skipped);
    }

    private GroupRecord Read(CheckpointKey key)
    {
        byte[] bytes = EntryReader.Read(_files, _readers, key, _entries[key]);
        GroupRecord? record = null;
        Decode(key, () => record = GroupRecord.Read(bytes, _manifest.RowGroupSize));
        return record!;
    }

    private static void Decode(CheckpointKey key, Action decode)
    {
        try
        {
            decode();
        }
        catch (Exception exception) when (exception is not CheckpointException)
        {
            throw new CheckpointException($"What is stored of row group {key.Index} cannot be read back: {exception.Message} The file is whole, so its content was written by another program or codec.", exception);
        }
    }
}

/// <summary>A row that a run gave up because a cell failed, as it is kept.</summary>
/// <param name="Row">The row.</param>
/// <param name="Column">The column whose cell failed.</param>
/// <param name="Attempts">Attempts that were made.</param>
/// <param name="ExceptionType">The type of what the last one threw.</param>
/// <param name="Message">Its message.</param>
public sealed record DroppedRow(long Row, string Column, int Attempts, string ExceptionType, string Message);
