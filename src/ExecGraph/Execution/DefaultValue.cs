using System.Numerics;
using System.Runtime.CompilerServices;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>The value that a failure policy gives a cell, for columns with one output and with several.</summary>
internal static class DefaultValue
{
    /// <summary>Writes it as the value of a cell: of several outputs, each gets its element of the tuple.</summary>
    internal static void Write(in WorkItem item, ColumnBuffer?[] buffers, ulong cell, object? value)
    {
        item.Column.AddBuffers(buffers, item.Group!.Rows);
        int[] outputs = item.Column.Runner.Binding.Outputs;
        int index = (item.Word * 64) + BitOperations.TrailingZeroCount(cell);
        for (int i = 0; i < outputs.Length; i++)
            buffers[outputs[i]]!.Set(index, outputs.Length == 1 ? value : ((ITuple?)value)?[i]);
    }

    /// <summary>Why the column cannot take the value; null if it can. No value at all stands for the defaults of its outputs.</summary>
    internal static Exception? Mismatch(ColumnPlan column, object? value)
    {
        IReadOnlyList<Type> types = column.Generator.OutputTypes;
        if (value is null)
            return null;
        bool fits = types.Count == 1
            ? types[0].IsInstanceOfType(value)
            : value is ITuple tuple && tuple.Length == types.Count && Enumerable.Range(0, types.Count).All(i => tuple[i] is { } part ? types[i].IsInstanceOfType(part) : !types[i].IsValueType);
        return fits ? null : new InvalidOperationException(
            $"The failure policy of column '{column.Name}' gives a {value.GetType().Name}, but the column holds {string.Join(" and ", types.Select(type => type.Name))}.");
    }
}
