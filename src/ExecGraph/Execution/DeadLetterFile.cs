using System.Text;

namespace ExecGraph.Execution;

/// <summary>A file with a line for each row that was given up, beside what is kept of the run. While the run goes on lines come as they happen; at its beginning and end it is written anew.</summary>
internal sealed class DeadLetterFile(string path)
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lock _lock = new();
    private StreamWriter? _appending;

    /// <summary>Replaces what is there.</summary>
    /// <param name="lines">The lines; null for no file.</param>
    /// <exception cref="CheckpointException">That could not be done.</exception>
    internal async ValueTask WriteAsync(IAsyncEnumerable<string>? lines)
    {
        string temporary = path + ".tmp";
        try
        {
            File.Delete(temporary);
            if (lines is null)
            {
                File.Delete(path);
                return;
            }

            // A new file, whatever somebody may have put there; and a rename replaces a link, it does not follow it.
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await using var writer = new StreamWriter(file, Encoding) { NewLine = "\n" };
                await foreach (string line in lines.ConfigureAwait(false))
                    await writer.WriteLineAsync(line).ConfigureAwait(false);
                await writer.FlushAsync().ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }
    }

    /// <summary>Adds lines. Any thread.</summary>
    /// <exception cref="CheckpointException">That could not be done.</exception>
    internal void Append(IEnumerable<string> lines)
    {
        try
        {
            lock (_lock)
            {
                _appending ??= new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), Encoding) { NewLine = "\n" };
                foreach (string line in lines)
                    _appending.WriteLine(line);
                _appending.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }
    }

    /// <summary>No more lines come.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _appending?.Dispose();
            _appending = null;
        }
    }

    private CheckpointException Failed(Exception exception) =>
        new($"The file of dropped rows, '{path}', could not be written: {exception.Message} Make room for it, or give the run another directory; what is kept is whole.", exception) { Path = path };
}
