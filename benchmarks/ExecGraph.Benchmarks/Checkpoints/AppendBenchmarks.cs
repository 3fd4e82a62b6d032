using BenchmarkDotNet.Attributes;
using ExecGraph.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace ExecGraph.Benchmarks;

/// <summary>
/// What does an entry cost the worker that appends it? Beside it what it cannot do without: a checksum and a write. Both begin with an empty file; the store makes its
/// entries durable meanwhile.
/// </summary>
[MemoryDiagnoser]
public class AppendBenchmarks
{
    private const int Entries = 2_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("execgraph").FullName;
    private byte[] _content = [];
    private FileCheckpointStore? _store;
    private SafeFileHandle? _file;

    [Params(40 * 1024)]
    public int Bytes { get; set; }

    [IterationSetup]
    public void Begin()
    {
        _content = new byte[Bytes];
        new Random(1).NextBytes(_content);
        _file = File.OpenHandle(Path.Join(_directory, "peer"), FileMode.Create, FileAccess.Write);
        _store = new FileCheckpointStore(Path.Join(_directory, "store"));
        _store.OpenAsync().AsTask().GetAwaiter().GetResult();
    }

    [IterationCleanup]
    public void End()
    {
        _file!.Dispose();
        _store!.ClearAsync().AsTask().GetAwaiter().GetResult();
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Delete() => Directory.Delete(_directory, recursive: true);

    [Benchmark(Baseline = true, OperationsPerInvoke = Entries)]
    public uint ChecksumAndWrite()
    {
        uint sum = 0;
        for (int i = 0; i < Entries; i++)
        {
            sum += Crc32C.Of(_content);
            RandomAccess.Write(_file!, _content, (long)i * Bytes);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public void Append()
    {
        for (int i = 0; i < Entries; i++)
        {
            ValueTask appended = _store!.AppendAsync(new CheckpointKey(CheckpointKind.RowGroup, 0, i), _content);
            if (!appended.IsCompletedSuccessfully)
                appended.AsTask().GetAwaiter().GetResult();
        }
    }
}
