namespace ExecGraph.Tests.Support.Chaos;

/// <summary>How all the calls of one cell together end.</summary>
/// <param name="Kind">Open: not at all, as far as is known.</param>
/// <param name="Attempts">The attempts that it took.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="Cause">What the last one failed with.</param>
internal readonly record struct Fate(EndKind Kind, int Attempts, int Failures, string Cause)
{
    /// <summary>Goes through the ends of a cell's calls by the rules of retrying: a rejection is no attempt, and what is not worth another is the last.</summary>
    internal static Fate Of(ChaosColumn column, IEnumerable<CallEnd> ends)
    {
        int failures = 0;
        foreach (CallEnd end in ends)
        {
            switch (end.Kind)
            {
                case EndKind.Open:
                    return new Fate(EndKind.Open, failures, failures, "");
                case EndKind.Done:
                    return new Fate(EndKind.Done, failures + 1, failures, "");
                case EndKind.Failed:
                    failures++;
                    bool mayRetry = failures < column.MaxAttempts;
                    bool isAsked = mayRetry && column.Plan.AsksBeforeRetry;
                    if (!mayRetry || (isAsked && end.Step is Step.ThrowForGood or Step.ThrowOddly))
                        return new Fate(EndKind.Failed, failures, failures, isAsked && end.Step == Step.ThrowOddly ? Chaos.Cause.WhenAsked(end.Cause) : end.Cause);
                    break;
            }
        }

        return new Fate(EndKind.Open, failures, failures, "");
    }

    /// <summary>The fate of a cell whose calls nothing but the script decides.</summary>
    internal static Fate Scripted(ChaosColumn column, int ordinal, long row) => Of(column, Script(column, ordinal, row));

    /// <summary>The attempt that a turn is, if there is a call.</summary>
    internal static int AttemptOf(ChaosColumn column, Turn turn) =>
        1 + Script(column, turn.Column, turn.Row).Take(turn.Call).Count(end => end.Kind == EndKind.Failed);

    private static IEnumerable<CallEnd> Script(ChaosColumn column, int ordinal, long row)
    {
        for (int call = 0; ; call++)
            yield return new Turn(column.StepOf(row, call), ordinal, row, call).End;
    }
}
