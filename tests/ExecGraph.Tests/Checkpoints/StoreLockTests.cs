using System.Diagnostics;
using System.Globalization;
using ExecGraph.Checkpoints;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

public sealed class StoreLockTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Whoever_comes_second_is_told_who_has_the_directory_and_disturbs_nothing()
    {
        await using var store = new FileCheckpointStore(_directory["store"]);
        await store.OpenAsync();
        await store.AppendAsync(ChildProgram.Key(1), ChildProgram.Content(1));
        string[] names = _directory.Names("store");
        await using var second = new FileCheckpointStore(_directory["store"]);
        Func<Task> opening = async () => await second.OpenAsync();
        (await opening.Should().ThrowAsync<CheckpointException>()).WithMessage(
            $"*{_directory["store"]}*process {Environment.ProcessId} on machine {Environment.MachineName} since 20*");
        _directory.Names("store").Should().Equal(names);
        await store.DisposeAsync();
        (await second.OpenAsync()).Keys.Should().Equal(ChildProgram.Key(1));
    }

    [Fact]
    public async Task A_process_that_is_killed_lets_go_of_the_directory_and_loses_no_entry_that_was_appended()
    {
        using Process child = ChildProgram.Start(ChildProgram.AppendForever, _directory["store"]);
        int last = -1;
        while (last < 500)
            last = int.Parse((await child.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await using var store = new FileCheckpointStore(_directory["store"]);
        Func<Task> opening = async () => await store.OpenAsync();
        (await opening.Should().ThrowAsync<CheckpointException>()).WithMessage($"*process {child.Id} on*");

        child.Kill();
        await child.WaitForExitAsync();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
            last = int.TryParse(line, CultureInfo.InvariantCulture, out int entry) ? Math.Max(last, entry) : last;
        StoredRun run = await store.OpenAsync();
        run.Keys.Should().HaveCountGreaterThan(last);
        for (int i = 0; i < run.Keys.Count; i++)
            (await store.ReadAsync(ChildProgram.Key(i))).ToArray().Should().Equal(ChildProgram.Content(i));
    }

    [Fact]
    public async Task What_a_killed_process_left_of_its_lock_is_of_no_consequence()
    {
        Directory.CreateDirectory(_directory["store"]);
        File.WriteAllText(_directory["store/" + StoreNames.Lock], "");
        File.WriteAllText(_directory["store/" + StoreNames.Holder], "process 1");
        File.WriteAllText(_directory["store/" + StoreNames.Temporary(StoreNames.Holder)], "process 1");
        File.WriteAllText(_directory["store/" + StoreNames.Temporary(StoreNames.Manifest)], "half");
        await using var store = new FileCheckpointStore(_directory["store"]);
        await store.OpenAsync();
        _directory.Names("store").Should().Equal(StoreNames.Segment(1), StoreNames.Holder, StoreNames.Lock);
        await store.DisposeAsync();
        _directory.Names("store").Should().Equal(StoreNames.Segment(1), StoreNames.Lock);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u001b[31mfirst\nsecond")]
    public async Task What_is_said_about_the_holder_is_one_line_of_plain_text(string text)
    {
        await using var store = new FileCheckpointStore(_directory["store"]);
        await store.OpenAsync();
        File.WriteAllText(_directory["store/" + StoreNames.Holder], text + new string('x', text.Length * 1_000));
        await using var second = new FileCheckpointStore(_directory["store"]);
        Func<Task> opening = async () => await second.OpenAsync();
        string message = (await opening.Should().ThrowAsync<CheckpointException>()).Which.Message;
        message.Should().NotContainAny("\u001b", "\n");
        message.Length.Should().BeLessThan(1_000 + _directory.Path.Length);
    }

    [Fact]
    public async Task Where_locks_do_not_lock_the_directory_is_refused()
    {
        await using var store = new FileCheckpointStore(new UnlockedFiles(), null);
        Func<Task> opening = async () => await store.OpenAsync();
        (await opening.Should().ThrowAsync<CheckpointException>()).WithMessage("*no file locks*");
    }

    /// <summary>Gives everybody the lock.</summary>
    private sealed class UnlockedFiles : IStoreFiles
    {
        private readonly MemoryFiles _files = new();

        public string PathOf(string name) => _files.PathOf(name);

        public void CreateDirectory() => _files.CreateDirectory();

        public IReadOnlyList<StoreEntry> List() => _files.List();

        public IStoreFile Open(string name) => _files.Open(name);

        public IStoreFile Create(string name) => _files.Create(name);

        public void Rename(string from, string to) => _files.Rename(from, to);

        public void Delete(string name) => _files.Delete(name);

        public void FlushDirectory() => _files.FlushDirectory();

        public IDisposable? TryLock(string name) => new MemoryStream();
    }
}
