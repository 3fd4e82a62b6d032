using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>Why cells of one column may be skipped, and what they have then. A column whose cells never are has none of this.</summary>
/// <param name="column">The column.</param>
/// <param name="producers">The columns whose skipped cells pass on to this one's, by ordinal.</param>
/// <param name="rules">The column's own predicates, in declared order.</param>
/// <param name="values">By output: what a skipped cell has that was given no other value; null for the default of its type.</param>
internal sealed class ColumnSkips(ColumnPlan column, int[] producers, ColumnSkips.Rule[] rules, SkippedValue?[] values)
{
    /// <summary>The slots that the predicates read.</summary>
    internal IEnumerable<int> Inputs => rules.SelectMany(rule => rule.Inputs);

    /// <summary>Decides about cells whose inputs are there, each once. What is skipped has its value and its bit, and is not settled yet.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="buffers">Its values, as they were before it was found to be in the column's stage.</param>
    /// <param name="word">The word.</param>
    /// <param name="cells">The cells; comes back as those that are to run.</param>
    /// <param name="worker">Who is told of predicates that throw.</param>
    /// <returns>The cells that are skipped.</returns>
    internal ulong Decide(ActiveRowGroup group, ColumnBuffer?[] buffers, int word, ref ulong cells, Worker worker)
    {
        // The predicates are not asked about these: they would see values that nobody computed.
        ulong skipped = 0;
        foreach (int producer in producers)
            skipped |= group.SkippedCells(producer, word);
        skipped &= cells;
        if (skipped != 0)
            Write(group, buffers, word, skipped, rule: null);
        cells &= ~skipped;

        foreach (Rule rule in rules)
        {
            for (ulong unasked = cells; unasked != 0;)
            {
                ulong yes = rule.Condition.Ask(buffers, rule.Inputs, word * 64, unasked, out ulong failed, out Exception? exception);
                if (yes != 0)
                    Write(group, buffers, word, yes, rule);
                skipped |= yes;
                cells &= ~(yes | failed);
                if (failed == 0)
                    break;
                if (!worker.DecisionFailed(column, group, word, failed, exception!))
                    cells = 0;
                unasked &= cells & ~(failed | (failed - 1));
            }
        }

        if (skipped != 0)
            group.Skip(column.Ordinal, word, skipped);
        return skipped;
    }

    private void Write(ActiveRowGroup group, ColumnBuffer?[] buffers, int word, ulong cells, Rule? rule)
    {
        column.AddBuffers(buffers, group.Rows);
        int[] slots = column.Runner.Binding.Outputs;
        for (int output = 0; output < slots.Length; output++)
        {
            ColumnBuffer buffer = buffers[slots[output]]!;
            if ((rule?.Output == output ? rule.Condition.Value ?? values[output] : values[output]) is { } value)
                value.Write(buffer, word * 64, cells);
            else
                buffer.Clear(word * 64, cells);
        }
    }

    /// <summary>A predicate of the column.</summary>
    /// <param name="Condition">The predicate.</param>
    /// <param name="Inputs">The slots that it reads.</param>
    /// <param name="Output">The output that its value is for.</param>
    internal sealed record Rule(SkipRule Condition, int[] Inputs, int Output);
}
