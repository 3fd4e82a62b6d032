using System.Diagnostics;
using ExecGraph.Checkpoints;
using ExecGraph.Tests.Support;

namespace ExecGraph.Tests.Checkpoints;

public sealed class HostileDirectoryTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public static TheoryData<string> OwnNames =>
    [
        StoreNames.Lock, StoreNames.Manifest, StoreNames.Holder, StoreNames.Clearing, StoreNames.Segment(1), StoreNames.Segment(2),
        .. StoreNames.Replaced.Select(StoreNames.Temporary),
    ];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(OwnNames))]
    public async Task A_link_in_place_of_a_file_is_refused_and_not_followed(string name)
    {
        await MakeStoreAsync();
        File.WriteAllText(_directory["outside"], "mine");
        File.Delete(_directory["store/" + name]);
        File.CreateSymbolicLink(_directory["store/" + name], _directory["outside"]);
        await RefusesAsync(name);
        File.ReadAllText(_directory["outside"]).Should().Be("mine");
    }

    [Theory]
    [MemberData(nameof(OwnNames))]
    public async Task A_link_to_nothing_makes_nothing(string name)
    {
        Directory.CreateDirectory(_directory["store"]);
        File.CreateSymbolicLink(_directory["store/" + name], _directory["outside"]);
        await RefusesAsync(name);
        _directory.Names().Should().Equal("store");
    }

    [Theory]
    [MemberData(nameof(OwnNames))]
    public async Task A_link_that_only_a_file_system_without_case_takes_for_a_file_is_refused_as_well(string name)
    {
        Directory.CreateDirectory(_directory["store"]);
        File.CreateSymbolicLink(_directory["store/" + name.ToUpperInvariant()], _directory["outside"]);
        await RefusesAsync(name.ToUpperInvariant());
        _directory.Names().Should().Equal("store");
    }

    [Theory]
    [MemberData(nameof(OwnNames))]
    public async Task A_directory_in_place_of_a_file_is_refused(string name)
    {
        Directory.CreateDirectory(_directory["store/" + name]);
        await RefusesAsync(name);
    }

    [Theory]
    [MemberData(nameof(OwnNames))]
    public async Task A_pipe_in_place_of_a_file_is_not_waited_for(string name)
    {
        if (OperatingSystem.IsWindows())
            return; // has no pipes among its files
        Directory.CreateDirectory(_directory["store"]);
        using Process making = Process.Start("mkfifo", _directory["store/" + name]);
        await making.WaitForExitAsync();

        await using var store = new FileCheckpointStore(_directory["store"]);
        bool isOpened = name == StoreNames.Holder || name.EndsWith(".tmp"); // replaced without a look at them
        Func<Task> opening = async () => await store.OpenAsync();
        if (isOpened)
            await opening.Should().NotThrowAsync();
        else
            await opening.Should().ThrowAsync<CheckpointException>();
    }

    [Fact]
    public async Task A_link_in_place_of_the_directory_is_refused()
    {
        Directory.CreateDirectory(_directory["outside"]);
        Directory.CreateSymbolicLink(_directory["store"], _directory["outside"]);
        await using var store = new FileCheckpointStore(_directory["store"] + Path.DirectorySeparatorChar);
        Func<Task> opening = async () => await store.OpenAsync();
        await opening.Should().ThrowAsync<CheckpointException>();
        _directory.Names("outside").Should().BeEmpty();
    }

    [Fact]
    public async Task Files_of_others_are_left_alone()
    {
        string[] others =
        [
            "rows.csv", "checkpoint", "checkpoint-1.segment", "checkpoint-00000000.segment", "checkpoint-000000001.segment", "checkpoint-0000000a.segment",
            "checkpoint-00000001.segment.bak", "checkpoint--0000001.segment", "Checkpoint.manifest.old", "checkpoint.manifest.tmp2", "lock", "..segment",
        ];
        Directory.CreateDirectory(_directory["store/sub"]);
        foreach (string other in others)
            File.WriteAllText(_directory["store/" + other], other);

        await MakeStoreAsync();
        await using (var store = new FileCheckpointStore(_directory["store"]))
        {
            (await store.OpenAsync()).Keys.Should().HaveCount(1);
            await store.ClearAsync();
        }

        foreach (string other in others)
            File.ReadAllText(_directory["store/" + other]).Should().Be(other);
        _directory.Names("store").Should().BeEquivalentTo([.. others, "sub", StoreNames.Lock, StoreNames.Segment(1)]);
        _directory.Names().Should().Equal("store");
    }

    [Fact]
    public async Task Directories_above_are_made()
    {
        await using var store = new FileCheckpointStore(_directory["a/b/../c"]);
        _directory.Names().Should().BeEmpty("nothing is touched before the store is opened");
        await store.OpenAsync();
        _directory.Names("a").Should().Equal("c");
    }

    [Fact]
    public async Task A_file_in_place_of_the_directory_is_refused()
    {
        File.WriteAllText(_directory["store"], "mine");
        await using var store = new FileCheckpointStore(_directory["store"]);
        Func<Task> opening = async () => await store.OpenAsync();
        (await opening.Should().ThrowAsync<CheckpointException>()).Which.Path.Should().Be(_directory["store"]);
        File.ReadAllText(_directory["store"]).Should().Be("mine");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_directory_needs_a_name(string name) =>
        FluentActions.Invoking(() => new FileCheckpointStore(name)).Should().Throw<ArgumentException>();

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        FluentActions.Invoking(() => new FileCheckpointOptions { MaxSegmentBytes = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new FileCheckpointOptions { FlushInterval = TimeSpan.FromTicks(-1) }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new FileCheckpointOptions { FlushInterval = TimeSpan.FromDays(2) }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new FileCheckpointOptions { TimeProvider = null! }).Should().Throw<ArgumentNullException>();
    }

    private async Task MakeStoreAsync()
    {
        await using var store = new FileCheckpointStore(_directory["store"]);
        await store.OpenAsync();
        await store.SaveManifestAsync(new byte[10]);
        await store.AppendAsync(new CheckpointKey(CheckpointKind.End, 0, 0), new byte[10]);
    }

    private async Task RefusesAsync(string name)
    {
        await using var store = new FileCheckpointStore(_directory["store"]);
        Func<Task> opening = async () => await store.OpenAsync();
        (await opening.Should().ThrowAsync<CheckpointException>()).Which.Path.Should().Be(_directory["store/" + name]);
    }
}
