namespace ExecGraph.Checkpoints;

/// <summary>Makes the directory agree with what was found in it, durably, so that a log can be continued. May be interrupted and done again at any point.</summary>
internal static class LogRepair
{
    internal static void Run(IStoreFiles files, FoundLog found)
    {
        if (found.Cut is { } cut)
        {
            // The last one first: what is left is always a beginning of the log.
            foreach (int number in cut.Segments.Reverse())
                files.Delete(StoreNames.Segment(number));
        }

        // What is kept will count as durable from here on, so it has to be, also where nothing had said so.
        foreach (SegmentExtent segment in found.Segments.Where(segment => segment.End > found.Marked || (found.Cut is not null && segment.End == found.End)))
        {
            using IStoreFile file = files.Open(StoreNames.Segment(segment.Number));
            if (file.GetLength() != segment.Length)
                file.SetLength(segment.Length);
            file.Flush();
        }

        files.FlushDirectory();
    }
}
