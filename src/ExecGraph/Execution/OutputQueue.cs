using System.Threading.Channels;

namespace ExecGraph.Execution;

/// <summary>Finished row groups on their way to the reader: put in order, counted, handed over through a channel.</summary>
/// <remarks>All members but the channel's reading side are called under the window's lock.</remarks>
internal sealed class OutputQueue
{
    private readonly OutputOrder _order;
    private readonly Channel<RowGroup> _channel;
    private readonly Dictionary<long, RowGroup?> _early = [];
    private readonly List<RowGroup> _held = [];
    private long _next;
    private bool _hasReader;

    /// <param name="order">How groups are handed out.</param>
    /// <param name="continuesInline">Whether the reader may run on the thread that gives it groups: in virtual time, where there is no other.</param>
    internal OutputQueue(OutputOrder order, bool continuesInline)
    {
        _order = order;
        _channel = Channel.CreateUnbounded<RowGroup>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = continuesInline });
    }

    internal ChannelReader<RowGroup> Reader => _channel.Reader;

    internal bool IsWanted => _order != OutputOrder.None;

    /// <summary>Groups that were let into the last stage and have not been read.</summary>
    internal int Outstanding { get; private set; }

    /// <summary>Groups whose turn has come and that the reader has not been given yet.</summary>
    internal int Held => _held.Count;

    /// <summary>Finished groups that wait for one before them.</summary>
    internal int Early => _early.Count;

    /// <summary>Whether somebody reads, or has read, the groups. Any thread.</summary>
    internal bool HasReader
    {
        get => Volatile.Read(ref _hasReader);
        set => Volatile.Write(ref _hasReader, value);
    }

    internal void Expect() => Outstanding++;

    /// <summary>Takes a finished group; null for one in which no row survived.</summary>
    internal void Add(long index, RowGroup? group)
    {
        if (_order == OutputOrder.AsCompleted)
        {
            Write(group);
            return;
        }

        _early.Add(index, group);
        while (_early.Remove(_next, out RowGroup? next))
        {
            _next++;
            Write(next);
        }
    }

    /// <summary>Gives the reader what is held: waking it costs as much as computing thousands of cheap cells, so it is woken for several groups at a time.</summary>
    internal void Publish()
    {
        RowGroup[] groups = [.. _held];
        _held.Clear();
        foreach (RowGroup group in groups)
            _channel.Writer.TryWrite(group);
    }

    /// <summary>The reader is done with a group.</summary>
    internal void Read() => Outstanding--;

    internal void End(Exception? error, bool skipsGaps)
    {
        if (skipsGaps)
        {
            foreach ((_, RowGroup? group) in _early.OrderBy(early => early.Key))
                Write(group);
        }

        Publish();
        _channel.Writer.TryComplete(error);
    }

    private void Write(RowGroup? group)
    {
        if (group is null || !IsWanted)
            Outstanding--;
        else
            _held.Add(group);
    }
}
