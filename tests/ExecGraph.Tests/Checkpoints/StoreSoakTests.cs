using System.Collections.Concurrent;
using ExecGraph.Tests.Support;
using ExecGraph.Tests.Tracking;

namespace ExecGraph.Tests.Checkpoints;

/// <summary>Many threads on a real disk.</summary>
[Collection(nameof(ManyThreads))]
public sealed class StoreSoakTests
{
    [Fact]
    public async Task Many_append_read_and_flush_over_many_segments_and_everything_is_found_again()
    {
        using var directory = new TestDirectory();
        var options = new FileCheckpointOptions { MaxSegmentBytes = 30_000, FlushInterval = TimeSpan.FromMilliseconds(1) };
        var last = new ConcurrentDictionary<CheckpointKey, byte[]>();
        for (int round = 0; round < Soak.Times(2); round++)
        {
            await using var store = new FileCheckpointStore(directory.Path, options);
            StoredRun run = await store.OpenAsync();
            run.Keys.Should().BeEquivalentTo(last.Keys);
            foreach ((CheckpointKey key, byte[] content) in last)
                (await store.ReadAsync(key)).ToArray().Should().Equal(content);

            long appended = 0;
            await Task.WhenAll(Enumerable.Range(0, 6).Select(part => Task.Run(async () =>
            {
                var random = new Random((round * 100) + part);
                for (int i = 0; i < 300; i++)
                {
                    var key = new CheckpointKey(CheckpointKind.RowGroup, part, random.Next(50));
                    byte[] content = new byte[random.Next(1, 3_000)];
                    random.NextBytes(content);
                    await store.AppendAsync(key, content);
                    last[key] = content;
                    Interlocked.Increment(ref appended);
                    var other = new CheckpointKey(CheckpointKind.RowGroup, part, random.Next(50));
                    if (last.TryGetValue(other, out byte[]? expected))
                        (await store.ReadAsync(other)).ToArray().Should().Equal(expected);
                    if (i % 50 == 0)
                    {
                        long before = Interlocked.Read(ref appended);
                        await store.FlushAsync();
                        store.DurableEntries.Should().BeGreaterThanOrEqualTo(before);
                    }
                }
            })));
            store.DurableEntries.Should().BeLessThanOrEqualTo(appended);
        }
    }
}
