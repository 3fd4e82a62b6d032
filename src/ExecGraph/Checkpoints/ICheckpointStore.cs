namespace ExecGraph;

/// <summary>
/// Where a run keeps what is finished, so that it can be continued: a manifest that says what the run is, and a log of entries, each under a key.
/// <see cref="FileCheckpointStore"/> is the one that <c>RunOptions.CheckpointDirectory</c> stands for, and the reference for others.
/// </summary>
/// <remarks>
/// <para>One run uses a store at a time, and opens it first: before that its members throw <see cref="InvalidOperationException"/>, and once it is disposed
/// <see cref="ObjectDisposedException"/>. After that all members may be called by many threads at once, but for
/// <see cref="OpenAsync"/>, <see cref="ClearAsync"/>, <see cref="SaveManifestAsync"/> and disposing, which are called by one at a time while nothing else is.</para>
/// <para>Entries become durable in the order in which they were appended: what is found after a crash is a prefix of what was appended, no shorter than what a
/// <see cref="FlushAsync"/> had ended for. Whatever cannot be kept or read is a <see cref="CheckpointException"/>, which fails the run. After something could not be
/// kept, the store keeps nothing more, and every further call throws.</para>
/// <para>Disposing makes durable what was appended, and throws a <see cref="CheckpointException"/> if that fails and no call had said so.</para>
/// </remarks>
public interface ICheckpointStore : IAsyncDisposable
{
    /// <summary>Takes the store for one run, until it is disposed, and tells what is in it.</summary>
    /// <exception cref="CheckpointException">Somebody else has it, or what is in it cannot be read.</exception>
    ValueTask<StoredRun> OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets everything: the next thing that is said is a new manifest. Durable when it returns.</summary>
    ValueTask ClearAsync(CancellationToken cancellationToken = default);

    /// <summary>Replaces the manifest, as a whole or not at all. Durable when it returns.</summary>
    ValueTask SaveManifestAsync(ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds an entry to the log; of several under one key the last one counts, and one without content takes the key away. When it returns, the entry can be read and the memory be used again; it becomes durable
    /// in its turn, without being waited for.
    /// </summary>
    /// <param name="key">What it is: of any kind but 0.</param>
    /// <param name="content">Its bytes; at most 2^31 - 1 - 64 KiB of them.</param>
    /// <param name="cancellationToken">Gives up waiting. The entry is appended then, or it is not.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kind is 0, the part or the index negative, or the content too long.</exception>
    ValueTask AppendAsync(CheckpointKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Waits until everything that was appended before is durable.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>The last entry under a key. Nobody changes the memory any more.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CheckpointKey key, CancellationToken cancellationToken = default);

    /// <summary>Entries appended since the store was opened, or cleared, that are known to be durable: a number that trails behind. 0 before that.</summary>
    long DurableEntries { get; }
}
