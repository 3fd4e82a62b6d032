using ExecGraph.Table;

namespace ExecGraph.Checkpoints;

/// <summary>
/// What is kept of a row group that was settled in a stage: which rows survived, why others did not, and sections with names, for values, skipped cells and partial
/// states of aggregates. Values are read when they are asked for.
/// </summary>
internal sealed class GroupRecord
{
    private const byte Format = 1;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Dictionary<(SectionKind Kind, string Name), Range> _sections = [];

    private GroupRecord(ReadOnlyMemory<byte> bytes, int rows, ulong[] survivors, RecordedDrop[] drops) =>
        (_bytes, Rows, Survivors, Drops) = (bytes, rows, survivors, drops);

    /// <summary>Rows of the group, given up ones included.</summary>
    internal int Rows { get; }

    /// <summary>The surviving rows, a bit for each at its offset.</summary>
    internal ulong[] Survivors { get; }

    /// <summary>Rows that were given up because a cell failed, also in earlier stages.</summary>
    internal RecordedDrop[] Drops { get; }

    internal IEnumerable<string> NamesOf(SectionKind kind) => _sections.Keys.Where(section => section.Kind == kind).Select(section => section.Name);

    /// <summary>Begins a record. Sections follow, each written by <see cref="BeginSection"/> and <see cref="ByteWriter.EndSection"/>.</summary>
    internal static void Begin(ByteWriter writer, int rows, ReadOnlySpan<ulong> survivors, IReadOnlyList<RecordedDrop> drops)
    {
        writer.Clear();
        writer.Bytes([Format]);
        writer.Number(rows);
        writer.Words(survivors);
        writer.Number(drops.Count);
        foreach (RecordedDrop drop in drops)
            drop.Write(writer);
    }

    internal static int BeginSection(ByteWriter writer, SectionKind kind, string name)
    {
        writer.Bytes([(byte)kind]);
        writer.Text(name);
        return writer.BeginSection();
    }

    /// <param name="bytes">What was kept, or whatever is there in its place. Must not change any more.</param>
    /// <param name="mostRows">Rows that a group may have.</param>
    /// <exception cref="FormatException">It is no record of a row group.</exception>
    internal static GroupRecord Read(ReadOnlyMemory<byte> bytes, int mostRows)
    {
        var reader = new ByteReader(bytes.Span);
        byte format = reader.Bytes(1)[0];
        if (format != Format)
            throw new FormatException($"Row groups of form {format} are not known, only of form {Format}.");
        long rows = reader.Number();
        if (rows is 0 || rows > mostRows)
            throw new FormatException($"A row group has 1 to {mostRows} rows, not {rows}.");
        ulong[] survivors = reader.Words((int)((rows + 63) / 64));
        if (rows % 64 != 0 && survivors[^1] >> (int)(rows % 64) != 0)
            throw new FormatException("Rows behind the last one are said to survive.");
        var drops = new RecordedDrop[reader.Count(leastBytesOfEach: 5)];
        for (int i = 0; i < drops.Length; i++)
            drops[i] = RecordedDrop.Read(ref reader, rows);
        var record = new GroupRecord(bytes, (int)rows, survivors, drops);
        while (reader.Left > 0)
        {
            var kind = (SectionKind)reader.Bytes(1)[0];
            string name = reader.Text();
            int length = reader.Section().Left;
            int end = bytes.Length - reader.Left;
            if (!Enum.IsDefined(kind) || !record._sections.TryAdd((kind, name), (end - length)..end))
                throw new FormatException($"Section '{name}' is there twice, or of a kind that is not known.");
        }

        return record;
    }

    internal bool Has(SectionKind kind, string name) => _sections.ContainsKey((kind, name));

    /// <exception cref="FormatException">There is none.</exception>
    internal ByteReader Section(SectionKind kind, string name) => _sections.TryGetValue((kind, name), out Range range)
        ? new ByteReader(_bytes.Span[range])
        : throw new FormatException($"Nothing of '{name}' is there.");

    /// <summary>The cells of a column that were skipped; null if none were.</summary>
    internal ulong[]? SkippedOf(string column)
    {
        if (!Has(SectionKind.Skipped, column))
            return null;
        ByteReader reader = Section(SectionKind.Skipped, column);
        ulong[] words = reader.Words(Survivors.Length);
        reader.End();
        return words;
    }

    internal ColumnBuffer ValuesOf(string name, BufferCodec codec) => codec.Read(Section(SectionKind.Values, name), Rows, Survivors);
}

/// <summary>What a section of a <see cref="GroupRecord"/> holds. Its name is that of a column or side output.</summary>
internal enum SectionKind : byte
{
    Values = 1,
    Skipped = 2,
    Partial = 3,
}

/// <summary>A row that was given up because a cell failed, in words.</summary>
internal sealed record RecordedDrop(int Offset, string Column, int Attempts, string ExceptionType, string Message)
{
    /// <summary>The same and more as a line for people; null if it was read back.</summary>
    internal string? Letter { get; init; }

    internal void Write(ByteWriter writer)
    {
        writer.Number(Offset);
        writer.Text(Column);
        writer.Number(Attempts);
        writer.Text(ExceptionType);
        writer.Text(Message);
    }

    internal static RecordedDrop Read(ref ByteReader reader, long rows)
    {
        long offset = reader.Number();
        string column = reader.Text();
        long attempts = reader.Number();
        if (offset >= rows || attempts > int.MaxValue)
            throw new FormatException($"A drop of row {offset} after {attempts} attempts is not possible here.");
        return new RecordedDrop((int)offset, column, (int)attempts, reader.Text(), reader.Text());
    }
}
