using System.Globalization;

namespace ExecGraph;

/// <summary>
/// A run came to its end and no row had survived, because cells failed: there is nothing that could be taken for a result.
/// <see cref="Exception.InnerException"/> is what the first dropped row's cell threw.
/// </summary>
public sealed class NoRowsLeftException : Exception
{
    internal NoRowsLeftException(long droppedRows, IReadOnlyList<CellFailure> dropped)
        : base(Describe(droppedRows, dropped), dropped.Count > 0 ? dropped[0].Exception : null)
    {
        DroppedRows = droppedRows;
        Dropped = dropped;
    }

    /// <summary>The number of dropped rows.</summary>
    public long DroppedRows { get; }

    /// <summary>The first of them, up to <see cref="RunOptions.MaxReportedDrops"/>.</summary>
    public IReadOnlyList<CellFailure> Dropped { get; }

    private static string Describe(long droppedRows, IReadOnlyList<CellFailure> dropped)
    {
        string first = dropped.Count == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $" First was row {dropped[0].Row}, column '{dropped[0].Column}', after {dropped[0].Attempts} attempts: {dropped[0].Exception.Message}");
        return string.Create(CultureInfo.InvariantCulture, $"No row is left: {droppedRows} were dropped because cells failed.{first}");
    }
}
