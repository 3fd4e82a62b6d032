namespace ExecGraph.Checkpoints;

/// <summary>The files in a directory that are the store's own.</summary>
internal sealed class OwnFiles
{
    private readonly List<string> _names;

    private OwnFiles(List<string> names) => _names = names;

    /// <summary>Numbers of the segments, in no order.</summary>
    internal IEnumerable<int> Segments
    {
        get
        {
            foreach (string name in _names)
            {
                if (StoreNames.TryParseSegment(name, out int number))
                    yield return number;
            }
        }
    }

    /// <summary>What a crash left of files that were being replaced.</summary>
    internal IEnumerable<string> Temporaries => StoreNames.Replaced.Select(StoreNames.Temporary).Where(Has);

    /// <exception cref="CheckpointException">One of them is not a plain file: what is opened through it might be anywhere.</exception>
    internal static OwnFiles List(IStoreFiles files)
    {
        var names = new List<string>();
        foreach (StoreEntry entry in files.List())
        {
            if (!StoreNames.IsOurs(entry.Name))
                continue;
            if (!entry.IsFile)
                throw StoreErrors.NotAFile(files.PathOf(entry.Name));
            names.Add(entry.Name);
        }

        return new OwnFiles(names);
    }

    internal bool Has(string name) => _names.Contains(name);
}
