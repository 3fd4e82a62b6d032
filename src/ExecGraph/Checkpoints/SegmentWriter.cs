using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ExecGraph.Checkpoints;

/// <summary>What has been written and is to be flushed.</summary>
/// <param name="Files">In the order in which they were begun; all but the last are written to no more, and are closed when they have been flushed.</param>
/// <param name="HasNewFiles">The directory has to be flushed as well.</param>
/// <param name="End">Up to where in the log this makes everything durable.</param>
/// <param name="Entries">Entries before that, of those that were written since the log was opened.</param>
internal readonly record struct FlushWork(IReadOnlyList<IStoreFile> Files, bool HasNewFiles, long End, long Entries);

/// <summary>Writes records to the end of the log. One thread at a time.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly IStoreFiles _files;
    private readonly long _maxSegmentBytes;
    private readonly ulong _log;

    // Header, content and what fills up to where the next record may begin.
    private readonly byte[] _header = new byte[RecordHeader.Size];
    private readonly byte[] _padding = new byte[RecordHeader.Alignment];
    private readonly ReadOnlyMemory<byte>[] _record = new ReadOnlyMemory<byte>[3];

    // The last one is written to; those before it are complete, and wait to be flushed.
    private readonly List<IStoreFile> _unflushed = [];
    private bool _hasNewFiles;
    private int _number;
    private long _start;
    private long _entries;

    private SegmentWriter(IStoreFiles files, long maxSegmentBytes, ulong log)
    {
        _files = files;
        _maxSegmentBytes = maxSegmentBytes;
        _log = log;
    }

    /// <summary>Where the log ends.</summary>
    internal long End { get; private set; }

    /// <summary>Where its last entry ends: what is behind it, marks, need not become durable.</summary>
    internal long EntriesEnd { get; private set; }

    /// <summary>Up to where the last record says that everything was durable.</summary>
    internal long Marked { get; private set; }

    /// <summary>The number of the segment that is written to.</summary>
    internal int Number => _number;

    /// <summary>Begins a log, durably.</summary>
    internal static SegmentWriter Begin(IStoreFiles files, long maxSegmentBytes)
    {
        var writer = new SegmentWriter(files, maxSegmentBytes, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        try
        {
            writer.BeginSegment();
            writer._unflushed[0].Flush();
            files.FlushDirectory();
            writer._hasNewFiles = false;
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a log that was found and repaired.</summary>
    internal static SegmentWriter Continue(IStoreFiles files, long maxSegmentBytes, FoundLog found)
    {
        SegmentExtent last = found.Segments[^1];
        var writer = new SegmentWriter(files, maxSegmentBytes, found.Log)
        {
            End = found.End,
            EntriesEnd = found.EntriesEnd,
            Marked = found.Marked,
            _number = last.Number,
            _start = last.Start,
        };
        writer._unflushed.Add(files.Open(StoreNames.Segment(last.Number)));
        return writer;
    }

    /// <param name="key">What it is.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="checksum">Of the content.</param>
    /// <param name="durable">Up to where in the log everything is durable.</param>
    internal EntryLocation Append(CheckpointKey key, ReadOnlyMemory<byte> content, uint checksum, long durable)
    {
        long offset = End - _start;
        if (offset > SegmentHeader.Size && offset + RecordHeader.SizeOf(content.Length) > _maxSegmentBytes)
        {
            BeginSegment();
            offset = End - _start;
        }

        var header = new RecordHeader(key, End, durable, content.Length, checksum);
        Write(header, content);
        EntriesEnd = End;
        _entries++;
        return EntryLocation.Of(header, _number, offset);
    }

    /// <summary>Writes down, for whoever opens the log after a crash, that everything was durable up to here.</summary>
    internal void Mark(long durable) => Write(RecordHeader.Mark(End, durable), default);

    internal FlushWork TakeUnflushed()
    {
        var work = new FlushWork([.. _unflushed], _hasNewFiles, End, _entries);
        _unflushed.RemoveRange(0, _unflushed.Count - 1);
        _hasNewFiles = false;
        return work;
    }

    public void Dispose()
    {
        foreach (IStoreFile file in _unflushed)
            file.Dispose();
        _unflushed.Clear();
    }

    private void BeginSegment()
    {
        if (_number == StoreNames.MaxSegment)
            throw new IOException($"A log has at most {StoreNames.MaxSegment} segments.");
        _unflushed.Add(_files.Create(StoreNames.Segment(_number + 1)));
        _hasNewFiles = true;
        _number++;
        _start = End;
        byte[] header = new byte[SegmentHeader.Size];
        new SegmentHeader(_number, _start, _log).Write(header);
        _unflushed[^1].Write([header], 0);
        End += SegmentHeader.Size;
    }

    private void Write(in RecordHeader header, ReadOnlyMemory<byte> content)
    {
        header.Write(_header, _log);
        _record[0] = _header;
        _record[1] = content;
        _record[2] = _padding.AsMemory(0, (int)(header.RecordSize - RecordHeader.Size - content.Length));
        _unflushed[^1].Write(_record, header.Position - _start);
        _record[1] = default;
        End += header.RecordSize;
        Marked = header.Durable;
    }
}
