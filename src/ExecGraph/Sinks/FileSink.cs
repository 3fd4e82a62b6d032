using System.Buffers;

namespace ExecGraph;

/// <summary>
/// Writes row groups to a file. When a run that is kept is continued, the file is cut back to where the run stood and goes on from there, so that each row is in it exactly
/// once and it ends up the same, byte for byte, as that of a run which was never interrupted. Otherwise the file begins anew.
/// </summary>
public abstract class FileSink : IRowGroupSink
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private FileStream? _file;

    /// <param name="path">The file. It is made, or what it holds is replaced, when the run begins.</param>
    protected FileSink(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(SinkStart start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (_file is not null)
            throw new InvalidOperationException($"The sink of '{Path}' has been used by a run; make one for each.");
        var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            long position = start.Position ?? 0;
            if (file.Length < position)
            {
                throw new IOException(
                    $"'{Path}' has {file.Length} bytes, and the run had written {position}: it was changed by somebody else. Put it back, or begin the run anew with ResumeMode.Never.");
            }

            file.SetLength(position);
            file.Position = position;
            _file = file;
        }
        finally
        {
            if (_file is null)
                await file.DisposeAsync().ConfigureAwait(false);
        }

        if (start.Position is not null)
            return;
        Begin(_bytes);
        await WriteBytesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(RowGroup group, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        Write(group, _bytes);
        return WriteBytesAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> FlushAsync(CancellationToken cancellationToken = default)
    {
        FileStream file = _file ?? throw new InvalidOperationException($"The sink of '{Path}' is not open.");
        file.Flush(flushToDisk: true);
        return new ValueTask<long>(file.Position);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what stands at the beginning of the file. Default: nothing.</summary>
    protected virtual void Begin(IBufferWriter<byte> output)
    {
    }

    /// <summary>Writes a group. The same group must give the same bytes, whatever was written before.</summary>
    protected abstract void Write(RowGroup group, IBufferWriter<byte> output);

    private async ValueTask WriteBytesAsync(CancellationToken cancellationToken)
    {
        await _file!.WriteAsync(_bytes.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _bytes.ResetWrittenCount();
    }
}
