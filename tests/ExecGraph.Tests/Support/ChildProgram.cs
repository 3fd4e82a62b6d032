using System.Diagnostics;
using System.Globalization;

namespace ExecGraph.Tests.Support;

/// <summary>What the tests' own program does when a test starts it as another process.</summary>
internal static class ChildProgram
{
    internal const string AppendForever = "append-forever";

    private static async Task<int> Main(string[] args)
    {
        if (args is not [AppendForever, var directory])
            return 1;
        await using var store = new FileCheckpointStore(directory, new FileCheckpointOptions { MaxSegmentBytes = 20_000 });
        await store.OpenAsync();
        for (int i = 0; ; i++)
        {
            await store.AppendAsync(Key(i), Content(i));
            Console.WriteLine(i.ToString(CultureInfo.InvariantCulture));
        }
    }

    internal static CheckpointKey Key(int entry) => new(CheckpointKind.RowGroup, 0, entry);

    internal static byte[] Content(int entry)
    {
        byte[] content = new byte[1 + (entry * 31 % 2_000)];
        new Random(entry).NextBytes(content);
        return content;
    }

    /// <summary>Starts the tests' program anew; what it writes can be read.</summary>
    internal static Process Start(params string[] args)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [typeof(ChildProgram).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}
