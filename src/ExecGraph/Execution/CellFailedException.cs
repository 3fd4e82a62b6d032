using System.Globalization;
using ExecGraph.Execution;

namespace ExecGraph;

/// <summary>A cell's attempts ran out, and with it the run. <see cref="Exception.InnerException"/> is what the cell threw.</summary>
public sealed class CellFailedException : Exception
{
    internal CellFailedException(long? row, string column, int attempts, Exception inner)
        : base(Describe(row, column, attempts, inner), inner)
    {
        Row = row;
        Column = column;
        Attempts = attempts;
    }

    /// <summary>The row; null for a barrier, an aggregate or a source, which have no single one.</summary>
    public long? Row { get; }

    /// <summary>The column.</summary>
    public string Column { get; }

    /// <summary>How often the cell was tried, 1 or more.</summary>
    public int Attempts { get; }

    private static string Describe(long? row, string column, int attempts, Exception inner)
    {
        string where = row is null ? $"Column '{column}'" : string.Create(CultureInfo.InvariantCulture, $"Row {row}, column '{column}'");
        string tried = attempts == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" after {attempts} attempts");
        return $"{where} failed{tried}: {ExceptionText.MessageOf(inner)}";
    }
}
