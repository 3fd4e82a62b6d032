namespace ExecGraph.Tests.Support.Chaos;

internal enum VerdictKind
{
    Drop,
    Default,
    Fail,
}

/// <summary>What becomes of a cell whose attempts ran out.</summary>
/// <param name="Kind">What.</param>
/// <param name="Value">Its value; null for that of its type.</param>
/// <param name="Cause">What the cell, or the run, failed with.</param>
internal readonly record struct Verdict(VerdictKind Kind, long? Value, string Cause)
{
    /// <summary>The verdict, as a function of all that a policy is told.</summary>
    internal static Verdict Of(ChaosPolicy policy, string column, long row, int attempts, string cause)
    {
        switch (policy)
        {
            case ChaosPolicy.DropRow:
                return new(VerdictKind.Drop, null, cause);
            case ChaosPolicy.UseDefault:
                return new(VerdictKind.Default, null, cause);
            case ChaosPolicy.UseValue:
                return new(VerdictKind.Default, ChaosValues.DefaultValue(column), cause);
            case ChaosPolicy.Decide:
                long seen = ChaosValues.Hash($"{column} {cause}", row, attempts);
                return ((ulong)seen % 64) switch
                {
                    0 => new(VerdictKind.Fail, null, cause),
                    < 40 => new(VerdictKind.Drop, null, cause),
                    < 50 => new(VerdictKind.Default, null, cause),
                    _ => new(VerdictKind.Default, seen, cause),
                };
            case ChaosPolicy.Throws:
                return new(VerdictKind.Fail, null, $"policy of {column} and {cause}");
            default:
                return new(VerdictKind.Fail, null, cause);
        }
    }
}
