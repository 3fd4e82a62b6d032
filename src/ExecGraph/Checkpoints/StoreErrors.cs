namespace ExecGraph.Checkpoints;

/// <summary>What a store says when it cannot go on: what is wrong, where, and what to do.</summary>
internal static class StoreErrors
{
    internal static CheckpointException Damage(string path, long offset, string what) => new(
        $"'{path}' is damaged at byte {offset}: {what}. Put the directory back from a copy, or delete the checkpoint's files to begin anew.")
    {
        Path = path,
        Offset = offset,
    };

    internal static CheckpointException OtherVersion(string path, int version, int known) => new(
        $"'{path}' has format version {version}, and this library reads version {known}. Go on with the library that wrote it, or delete the checkpoint's files to begin anew.")
    {
        Path = path,
        Offset = 8,
    };

    internal static CheckpointException NotAFile(string path) => new(
        $"'{path}' is a link, a directory or a device, and a checkpoint's file must be a plain file. Remove it if it is not yours, or use another directory.")
    {
        Path = path,
    };

    /// <summary>Something that the file system did not do.</summary>
    /// <param name="path">The file, or the directory.</param>
    /// <param name="action">Completes "cannot be ...".</param>
    /// <param name="cause">What it threw.</param>
    internal static CheckpointException Failed(string path, string action, Exception cause) => new(
        $"'{path}' cannot be {action}: {cause.Message} What was durable before is kept: see to the disk, its space and its permissions, then continue the run.",
        cause)
    {
        Path = path,
    };
}
