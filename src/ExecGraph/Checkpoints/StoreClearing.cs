namespace ExecGraph.Checkpoints;

/// <summary>
/// Deletes a store's files, all or none: that they are to go is written down first, so that whoever opens the directory after a crash goes on with it.
/// </summary>
internal static class StoreClearing
{
    internal static void Run(IStoreFiles files)
    {
        WholeFile.Replace(files, StoreNames.Clearing, default);
        Finish(files);
    }

    /// <summary>Goes on with a clearing that was begun, if one was.</summary>
    internal static void Finish(IStoreFiles files)
    {
        OwnFiles own = OwnFiles.List(files);
        if (!own.Has(StoreNames.Clearing))
            return;
        WholeFile.Read(files, StoreNames.Clearing);
        foreach (int number in own.Segments)
            files.Delete(StoreNames.Segment(number));
        files.Delete(StoreNames.Manifest);
        files.FlushDirectory();
        files.Delete(StoreNames.Clearing);
        files.FlushDirectory();
    }
}
