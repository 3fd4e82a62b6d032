using System.Globalization;
using System.Text;

namespace ExecGraph.Execution;

/// <summary>What a run is doing, as a few lines for people.</summary>
internal static class RunText
{
    private const int MaxColumns = 6;

    internal static string Of(RunExplanation run)
    {
        var text = new StringBuilder();
        RowGroupLoad groups = run.RowGroups;
        string total = groups.Total is { } all ? Number(all) : "so far unknown";
        Line(text, $"After {Moment.Text(run.Elapsed)}, in stage {groups.Stage} of {groups.StageCount}: {groups.Admitted} of at most {groups.Limit} row groups are being worked on, {groups.Parked} are parked, {groups.Finished} of {total} are finished.");
        if (run.Ending is { } ending)
            Line(text, $"Nothing begins any more: {ending}.");
        if (run.IsHeldBack)
            Line(text, $"No row group is admitted: {HeldBack(groups.Unread, groups.Early, run.HasReader)}.");
        if (run.Barriers.Count > 0)
            Line(text, $"The next barriers, {SoughtCell.List(run.Barriers)}, are short of {(groups.Total is { } known ? SoughtCell.Count(known - groups.Parked, "row group") : "the end of the sources")}.");
        if (run.RowsDelivered is { } rows)
            Line(text, $"The sources have delivered {SoughtCell.Count(rows, "row")}.");
        AddColumns(text, run.Columns);
        foreach (LaneLoad lane in run.Lanes)
            Line(text, $"{(lane.IsLimiter ? $"Limiter '{lane.Name}'" : lane.Name)}: {lane.Taken} of {(lane.Limit is { } limit ? Number(limit) : "any number of")} permits are taken{Time(run.At, lane)}.");
        if (run.OldestCalls.Count > 0)
            Line(text, $"Under way longest: {string.Join(", ", run.OldestCalls.Select(call => $"{Node(call)} for {Moment.Text(run.At - call.Since)}"))}.");
        return text.ToString().TrimEnd('\n');
    }

    private static void AddColumns(StringBuilder text, IReadOnlyList<ColumnLoad> columns)
    {
        ColumnLoad[] busy = [.. columns.Where(column => column.Waiting + column.Ready + column.Running + column.WaitingForRetry > 0)];
        foreach (ColumnLoad column in busy.Take(MaxColumns))
            Line(text, $"'{column.Name}': {column.Running} running, {column.Ready} ready, {column.WaitingForRetry} waiting for another attempt, {column.Waiting} waiting for other cells.");
        if (busy.Length > MaxColumns)
            Line(text, $"{SoughtCell.Count(busy.Length - MaxColumns, "more column")} with open cells.");
    }

    /// <summary>Why finished row groups hold the run back.</summary>
    /// <param name="unread">Those that the reader can have, or is at.</param>
    /// <param name="early">Those that wait for one before them.</param>
    /// <param name="hasReader">Whether somebody reads.</param>
    internal static string HeldBack(int unread, int early, bool hasReader) =>
        unread == 0 ? $"{SoughtCell.Count(early, "finished row group")} wait for an earlier one, so that rows come in order"
        : hasReader ? $"{SoughtCell.Count(unread, "finished row group")} wait to be read, or are being read"
        : $"nobody reads the output, in which {SoughtCell.Count(unread, "finished row group")} wait";

    private static string Time(DateTimeOffset now, LaneLoad lane) =>
        (lane.WaitingSince is { } since ? $"; the run has waited for it for {Moment.Text(now - since)}" : "")
        + (lane.Until is { } until ? $"; it admits nothing for another {Moment.Text(until - now)}" : "");

    private static string Node(RunningCall call) => (call.Row is { } row ? NodeId.Cell(row, call.Column) : NodeId.Barrier(call.Column)).ToString();

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
