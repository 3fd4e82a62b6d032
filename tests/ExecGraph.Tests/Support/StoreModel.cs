namespace ExecGraph.Tests.Support;

/// <summary>What was asked of a store so far, and so what may be found in it.</summary>
internal sealed class StoreModel
{
    private readonly List<(CheckpointKey Key, byte[] Content)> _log = [];

    // More than one while a call that saves one has not returned: either may be there.
    private List<byte[]?> _manifests = [null];
    private bool _isClearing;

    /// <summary>Entries whose append has returned.</summary>
    internal int Written { get; private set; }

    /// <summary>Entries that the store has said to be durable.</summary>
    internal int Durable { get; private set; }

    internal void Appending(CheckpointKey key, byte[] content) => _log.Add((key, content));

    internal void Appended() => Written = _log.Count;

    internal void Flushed() => Durable = Written;

    internal void Saving(byte[] manifest) => _manifests.Add(manifest);

    internal void Saved() => _manifests = [_manifests[^1]];

    internal void Clearing() => _isClearing = true;

    internal void Cleared()
    {
        _isClearing = false;
        _log.Clear();
        Written = Durable = 0;
        _manifests = [null];
    }

    internal StoreModel Copy()
    {
        var copy = new StoreModel { _manifests = [.. _manifests], _isClearing = _isClearing, Written = Written, Durable = Durable };
        copy._log.AddRange(_log);
        return copy;
    }

    /// <summary>The keys that have an entry now.</summary>
    internal IEnumerable<CheckpointKey> Keys => _log.Select(entry => entry.Key).Distinct().Where(key => Content(key).Length > 0);

    /// <summary>What is under a key now.</summary>
    internal byte[] Content(CheckpointKey key) => _log.Last(entry => entry.Key == key).Content;

    internal bool WasAppended(CheckpointKey key, byte[] content) => _log.Any(entry => entry.Key == key && entry.Content.AsSpan().SequenceEqual(content));

    internal bool MayBeManifest(byte[]? manifest) => _manifests.Any(one => one is null ? manifest is null : manifest is not null && one.AsSpan().SequenceEqual(manifest));

    /// <summary>
    /// The number of entries, from the first on, that amount to what was found; null if there is none: then what was found is not a prefix of what was appended, or one
    /// that is too short.
    /// </summary>
    internal int? PrefixOf(IReadOnlyDictionary<CheckpointKey, byte[]> found, int atLeast)
    {
        for (int entries = _log.Count; entries >= atLeast; entries--)
        {
            Dictionary<CheckpointKey, byte[]> expected = [];
            foreach ((CheckpointKey key, byte[] content) in _log.Take(entries))
            {
                if (content.Length > 0)
                    expected[key] = content;
                else
                    expected.Remove(key);
            }

            if (expected.Count == found.Count
                && expected.All(entry => found.TryGetValue(entry.Key, out byte[]? content) && content.AsSpan().SequenceEqual(entry.Value)))
            {
                return entries;
            }
        }

        return null;
    }

    /// <summary>Takes what was found after a store was opened for what is in it from now on.</summary>
    /// <param name="manifest">The manifest that was found.</param>
    /// <param name="found">The entries that were found.</param>
    /// <param name="atLeast">How many of those that were appended have to be there.</param>
    internal void Adopt(byte[]? manifest, IReadOnlyDictionary<CheckpointKey, byte[]> found, int atLeast)
    {
        if (_isClearing && manifest is null && found.Count == 0)
        {
            Cleared();
            return;
        }

        int? entries = PrefixOf(found, atLeast);
        entries.Should().NotBeNull("the {0} keys found are a prefix of the {1} entries appended, and not less than {2}", found.Count, _log.Count, atLeast);
        MayBeManifest(manifest).Should().BeTrue("the manifest is one that was saved last");
        _isClearing = false;
        _log.RemoveRange(entries!.Value, _log.Count - entries.Value);
        _manifests = [manifest];
        // Whatever was found once must never be lost again.
        Written = Durable = _log.Count;
    }
}
