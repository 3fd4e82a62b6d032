namespace ExecGraph.Checkpoints;

/// <summary>
/// Finds out what is in a directory, and changes nothing. The log is valid up to the first thing that is not as it was written. If anything behind that says
/// that it had been durable, it is damage; else nobody was ever promised it, and it is to be cut off.
/// </summary>
internal sealed class LogScan
{
    private readonly IStoreFiles _files;
    private readonly int[] _numbers;
    private readonly ulong _log;
    private readonly List<SegmentExtent> _segments = [];
    private readonly Dictionary<CheckpointKey, EntryLocation> _entries = [];

    // Entries of which no record read so far says that they were durable: their contents are checked when all records have been read.
    private readonly Queue<(long Position, CheckpointKey Key, EntryLocation Location)> _unmarked = [];
    private long _end;
    private long _entriesEnd;
    private long _marked;

    private LogScan(IStoreFiles files, int[] numbers, ulong log)
    {
        _files = files;
        _numbers = numbers;
        _log = log;
    }

    /// <param name="files">The directory.</param>
    /// <param name="numbers">The numbers of the segments in it.</param>
    /// <param name="cancellationToken">Looked at for each segment.</param>
    /// <exception cref="CheckpointException">Something was durable and is damaged, or is of another kind or version.</exception>
    internal static FoundLog Run(IStoreFiles files, IEnumerable<int> numbers, CancellationToken cancellationToken)
    {
        int[] sorted = [.. numbers.Order()];
        if (FirstHeader(files, sorted) is not { } first)
            return new FoundLog(0, [], [], 0, 0, sorted.Length == 0 ? null : new LogCut(files.PathOf(StoreNames.Segment(1)), 0, "the segment was only just begun", sorted));
        return new LogScan(files, sorted, first.Log).Run(cancellationToken);
    }

    /// <summary>
    /// The header of the first segment; null if there is no log. It was durable before there was anything else, so it is either all that there is, or it is damaged.
    /// </summary>
    private static SegmentHeader? FirstHeader(IStoreFiles files, int[] numbers)
    {
        if (numbers.Length == 0)
            return null;
        string name = StoreNames.Segment(1);
        if (numbers[0] != 1)
            throw StoreErrors.Damage(files.PathOf(name), 0, "the file is missing, and there are later segments");
        using IStoreFile file = files.Open(name);
        SegmentHeader? header = ReadHeader(files, file, 1, log: null);
        if (header is null && (numbers.Length > 1 || file.GetLength() > SegmentHeader.Size))
            throw StoreErrors.Damage(files.PathOf(name), 0, "its header is not as it was written");
        if (header is { Start: not 0 })
            throw StoreErrors.Damage(files.PathOf(name), 24, "it does not begin where the log does");
        return header;
    }

    private FoundLog Run(CancellationToken cancellationToken)
    {
        Break? found = null;
        for (int number = 1; found is null && number <= _numbers[^1]; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            found = Array.BinarySearch(_numbers, number) >= 0 ? ReadSegment(number) : new Break(number, 0, "the file is missing");
        }

        if (found is not null)
            RefuseDamage(found, cancellationToken);
        // No mark says that these were durable, so one that is not intact is where the log ends.
        found = TakeUnmarked() ?? found;
        return new FoundLog(_log, _segments, _entries, _entriesEnd, _marked, found is null ? null : CutAt(found));
    }

    /// <returns>What is not as it was written; null if all of it is.</returns>
    private Break? ReadSegment(int number)
    {
        using IStoreFile file = _files.Open(StoreNames.Segment(number));
        if (ReadHeader(_files, file, number, _log) is not { } header)
            return new Break(number, 0, "its header is not as it was written");
        if (header.Start > _end)
            return new Break(number - 1, _segments[^1].Length, "it ends before the next segment begins");
        if (header.Start < _end)
            throw StoreErrors.Damage(PathOf(number), 24, "it begins before the end of the one before it");

        var reader = new RecordReader(file, _log);
        long offset = SegmentHeader.Size;
        string? wrong = null;
        while (offset < reader.Length && wrong is null)
        {
            if (!reader.TryRead(offset, header.Start + offset, out RecordHeader record))
                wrong = "no record is there";
            else if (offset + record.RecordSize > reader.Length)
                wrong = "the file ends within a record";
            else
                offset += Take(record, number, offset);
        }

        _segments.Add(new SegmentExtent(number, header.Start, offset));
        _end = header.Start + offset;
        return wrong is null ? null : new Break(number, offset, wrong);
    }

    private long Take(in RecordHeader record, int number, long offset)
    {
        if (!record.IsMark)
            _unmarked.Enqueue((record.Position, record.Key, EntryLocation.Of(record, number, offset)));
        _marked = Math.Max(_marked, record.Durable);
        while (_unmarked.TryPeek(out var entry) && entry.Position < _marked)
            TakeEntry();
        return record.RecordSize;
    }

    private void TakeEntry()
    {
        (long position, CheckpointKey key, EntryLocation location) = _unmarked.Dequeue();
        if (location.Length > 0)
            _entries[key] = location;
        else
            _entries.Remove(key);
        _entriesEnd = position + RecordHeader.SizeOf(location.Length);
    }

    private void RefuseDamage(Break found, CancellationToken cancellationToken)
    {
        foreach (int number in _numbers.Where(number => number >= found.Segment))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using IStoreFile file = _files.Open(StoreNames.Segment(number));
            if (number > found.Segment)
                ReadHeader(_files, file, number, _log);
            _marked = Math.Max(_marked, new RecordReader(file, _log).HighestMark(number == found.Segment ? found.Offset : 0));
        }

        if (_marked > PositionOf(found))
            throw StoreErrors.Damage(PathOf(found.Segment), found.Offset, $"{found.What}, though it was written and durable");
    }

    private Break? TakeUnmarked()
    {
        Break? found = null;
        while (found is null && _unmarked.TryPeek(out var next))
        {
            int number = next.Location.Segment;
            using IStoreFile file = _files.Open(StoreNames.Segment(number));
            var reader = new RecordReader(file, _log);
            while (found is null && _unmarked.TryPeek(out next) && next.Location.Segment == number)
            {
                if (reader.IsIntact(next.Location))
                    TakeEntry();
                else
                    found = new Break(number, next.Location.Offset - RecordHeader.Size, "the content is not as it was written");
            }
        }

        return found;
    }

    private LogCut CutAt(Break found)
    {
        // Without a single valid byte of it, a segment goes as a whole.
        int last = found.Offset == 0 ? found.Segment - 1 : found.Segment;
        _segments.RemoveAll(segment => segment.Number > last);
        if (found.Offset > 0)
            _segments[^1] = _segments[^1] with { Length = found.Offset };
        return new LogCut(PathOf(found.Segment), found.Offset, found.What, [.. _numbers.Where(number => number > last)]);
    }

    private long PositionOf(Break found) => found.Offset == 0 ? _end : _segments[found.Segment - 1].Start + found.Offset;

    private string PathOf(int number) => _files.PathOf(StoreNames.Segment(number));

    private static SegmentHeader? ReadHeader(IStoreFiles files, IStoreFile file, int number, ulong? log)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        return SegmentHeader.Read(bytes[..file.Read(bytes, 0)], number, log, files.PathOf(StoreNames.Segment(number)));
    }

    /// <summary>The first place at which the log is not as it was written.</summary>
    private sealed record Break(int Segment, long Offset, string What);
}
