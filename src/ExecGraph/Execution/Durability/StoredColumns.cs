using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ExecGraph.Checkpoints;
using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph.Execution;

/// <summary>Which values of a run are kept at which stage, and how: writes and reads the records of its row groups.</summary>
/// <remarks>Immutable; thread-safe as far as the user's codecs are.</remarks>
internal sealed class StoredColumns
{
    private readonly RunPlan _plan;
    private readonly BufferCodec?[] _codecs; // of all that could be kept
    private readonly BufferCodec?[] _values; // of what is
    private readonly StateCodec?[] _states;
    private readonly int[] _stages; // by slot: that of the column that produces it

    /// <exception cref="InvalidOperationException">There is no codec for what has to be kept; the message names the columns.</exception>
    internal StoredColumns(RunPlan plan)
    {
        _plan = plan;
        _codecs = new BufferCodec?[plan.Layout.Count];
        _values = new BufferCodec?[plan.Layout.Count];
        _states = new StateCodec?[plan.Columns.Length];
        _stages = new int[plan.Layout.Count];
        CodecRegistry codecs = plan.Definition.Codecs;
        var missing = new List<string>();
        foreach (ColumnPlan column in plan.Columns)
        {
            var prototypes = new ColumnBuffer?[plan.Layout.Count];
            column.Runner.AddBuffers(prototypes, rows: 0);
            foreach (int slot in column.Runner.Binding.Outputs)
            {
                _stages[slot] = column.Stage;
                _codecs[slot] = prototypes[slot]!.CodecFrom(codecs);
                bool isBarrierResult = column is { IsDatasetBarrier: true, Runner: BatchRunner };
                int first = column is { IsDatasetBarrier: true, Skips: not null } ? column.Stage - 1 : column.Stage; // a dataset barrier's cells are skipped before it
                if (!isBarrierResult && !Enumerable.Range(first, plan.StageCount - first).Any(stage => IsStored(slot, stage)))
                    continue;
                _values[slot] = _codecs[slot];
                if (_values[slot] is null)
                    missing.Add($"column '{plan.Layout.Names[slot]}' ({prototypes[slot]!.ValueType})");
            }

            if (column is { IsDatasetBarrier: true, Runner: AggregateRunner aggregate })
            {
                _states[column.Ordinal] = aggregate.CodecFrom(codecs);
                if (_states[column.Ordinal] is null)
                    missing.Add($"the state of aggregate '{column.Name}' ({aggregate.StateType})");
            }
        }

        if (missing.Count > 0)
        {
            throw new InvalidOperationException(
                $"The run cannot be kept in a checkpoint: there is no codec for {string.Join(", ", missing)}. Register one with GraphBuilder.UseCodec, or leave the column out of the output.");
        }
    }

    /// <summary>Writes a group that is settled in its stage.</summary>
    /// <exception cref="CheckpointException">A codec threw; the message names the column.</exception>
    internal void Write(ByteWriter writer, ActiveRowGroup group, ReadOnlySpan<ulong> survivors, IReadOnlyList<RecordedDrop> drops)
    {
        GroupRecord.Begin(writer, group.Rows, survivors, drops);
        ColumnBuffer?[] buffers = group.Buffers;
        for (int slot = 0; slot < buffers.Length; slot++)
        {
            if (!IsStored(slot, group.Stage) || buffers[slot] is not { } buffer)
                continue;
            string name = _plan.Layout.Names[slot];
            if (_stages[slot] > group.Stage)
                ClearUnskipped(group, buffer, slot, survivors);
            int section = GroupRecord.BeginSection(writer, SectionKind.Values, name);
            try
            {
                _values[slot]!.Write(buffer, group.Rows, survivors, writer);
            }
            catch (Exception exception)
            {
                throw new CheckpointException($"Values of column '{name}' in rows {group.FirstRow} to {group.FirstRow + group.Rows - 1} could not be written to the checkpoint: {exception.Message}", exception);
            }

            writer.EndSection(section);
        }

        foreach (ColumnPlan column in _plan.Columns)
        {
            if (column.Skips is not null && group.SkippedOf(column.Ordinal) is { } skipped)
            {
                int section = GroupRecord.BeginSection(writer, SectionKind.Skipped, column.Name);
                writer.Words(skipped.AsSpan(0, survivors.Length));
                writer.EndSection(section);
            }

            if (_states[column.Ordinal] is { } state && column.Stage == group.Stage + 1)
            {
                int section = GroupRecord.BeginSection(writer, SectionKind.Partial, column.Name);
                try
                {
                    state.Write(group.Partials[column.Ordinal], writer);
                }
                catch (Exception exception)
                {
                    throw new CheckpointException($"The state of aggregate '{column.Name}' over rows {group.FirstRow} to {group.FirstRow + group.Rows - 1} could not be written to the checkpoint: {exception.Message}", exception);
                }

                writer.EndSection(section);
            }
        }
    }

    /// <summary>A dataset barrier that has not been called has the values of its skipped cells, and no others: what is in their places is no value.</summary>
    private void ClearUnskipped(ActiveRowGroup group, ColumnBuffer buffer, int slot, ReadOnlySpan<ulong> survivors)
    {
        ColumnPlan barrier = Array.Find(_plan.Columns, column => column.Runner.Binding.Outputs.Contains(slot))!;
        for (int word = 0; word < survivors.Length; word++)
            buffer.Clear(word * 64, survivors[word] & ~group.SkippedCells(barrier.Ordinal, word));
    }

    /// <summary>Puts all but the values into a group.</summary>
    /// <exception cref="FormatException">Something that has to be there is missing.</exception>
    internal bool Restore(ActiveRowGroup group, GroupRecord record)
    {
        for (int slot = 0; slot < _values.Length && RowBits.Count(record.Survivors) > 0; slot++)
        {
            string name = _plan.Layout.Names[slot];
            if (_stages[slot] <= group.Stage && IsStored(slot, group.Stage) && !record.Has(SectionKind.Values, name))
                throw new FormatException($"Values of column '{name}' are missing.");
        }

        group.Restore(record.Rows, record.Survivors, record.Drops);
        var partials = new object?[_plan.Columns.Length];
        RestoreSkips(group, record);
        foreach (ColumnPlan column in _plan.Columns)
        {
            if (_states[column.Ordinal] is not { } state || column.Stage != group.Stage + 1)
                continue;
            ByteReader reader = record.Section(SectionKind.Partial, column.Name);
            partials[column.Ordinal] = state.Read(ref reader);
            reader.End();
        }

        group.Partials = partials;
        return true;
    }

    /// <summary>Puts into a group what it was without while it was parked, but for the values.</summary>
    internal void RestoreParked(ActiveRowGroup group, GroupRecord record)
    {
        group.RestoreDrops(record.Drops);
        RestoreSkips(group, record);
    }

    private void RestoreSkips(ActiveRowGroup group, GroupRecord record)
    {
        foreach (ColumnPlan column in _plan.Columns)
        {
            if (column.Skips is not null && record.SkippedOf(column.Name) is { } skipped)
                group.RestoreSkipped(column.Ordinal, skipped);
        }
    }

    /// <summary>Whether single rows of a group can run again in a stage: nothing that sees the whole group has to see them, or else it finds the other rows' values.</summary>
    internal bool CanReopen(int stage) => Array.TrueForAll(_plan.Columns, column =>
        column is { IsBarrier: true, IsDatasetBarrier: false } ? column.Stage != stage
        : !column.IsDatasetBarrier || column.Stage != stage + 1 || column.Runner is not AggregateRunner || Array.TrueForAll(column.Runner.Binding.Inputs, slot => IsStored(slot, stage)));

    /// <summary>Rows that were given up because of a column of this stage.</summary>
    internal bool IsOf(int stage, RecordedDrop drop) => Array.Exists(_plan.Columns, column => column.Stage == stage && column.Name == drop.Column);

    /// <summary>Makes a group what it was when it was settled in its stage, but lets those of its rows run again that were given up in it.</summary>
    /// <param name="group">The group.</param>
    /// <param name="record">What is kept of that stage.</param>
    /// <param name="earlier">What is kept of the stage before; null for the first stage.</param>
    internal void Reopen(ActiveRowGroup group, GroupRecord record, GroupRecord? earlier)
    {
        Restore(group, record);
        group.Partials = [];
        group.Kept = record.Survivors;
        group.Survivors = new ulong[record.Survivors.Length];
        foreach (RecordedDrop drop in record.Drops.Where(drop => IsOf(group.Stage, drop)))
            group.Survivors[drop.Offset / 64] |= 1UL << drop.Offset;
        group.RestoreDrops(record.Drops.Where(drop => !IsOf(group.Stage, drop)));
        ColumnBuffer?[] buffers = earlier is null ? new ColumnBuffer?[_values.Length] : Values(earlier);
        ColumnBuffer?[] kept = Values(record);
        foreach (ColumnPlan column in _plan.Columns.Where(column => column.Stage >= group.Stage))
        {
            if (column.Stage == group.Stage || kept[column.Runner.Binding.Outputs[^1]] is not null)
                column.AddBuffers(buffers, group.Rows); // all outputs of a column have theirs, or none
            foreach (int slot in column.Runner.Binding.Outputs)
            {
                for (int word = 0; word < group.Kept.Length && kept[slot] is { } values; word++)
                    buffers[slot]!.CopyFrom(values, word * 64, group.Kept[word]);
            }

            // What the rows that run again were skipped for is decided anew, but for the barriers that came before this stage's cells.
            if (column.Skips is not null && !(column.IsDatasetBarrier && column.Stage == group.Stage) && group.SkippedOf(column.Ordinal) is { } skipped)
                group.RestoreSkipped(column.Ordinal, [.. skipped.Select((cells, word) => cells & group.Kept[word])]);
        }

        group.Buffers = buffers;
    }

    /// <summary>Tells why a row is given up, with what its cell had to work with, as a line of JSON.</summary>
    internal string LetterOf(long row, RecordedDrop drop, ColumnBuffer?[] buffers, ColumnPlan column)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }); // for a file, not for a page
        json.WriteStartObject();
        json.WriteNumber("row", row);
        json.WriteString("column", drop.Column);
        json.WriteNumber("attempts", drop.Attempts);
        json.WriteString("exception", drop.ExceptionType);
        json.WriteString("message", drop.Message);
        json.WriteStartObject("inputs");
        foreach (int slot in column.Runner.Binding.Inputs.Distinct())
        {
            if (_codecs[slot] is not { } codec || buffers[slot] is not { } buffer)
                continue;
            json.WritePropertyName(_plan.Layout.Names[slot]);
            try
            {
                json.WriteRawValue(codec.ToJson(buffer, drop.Offset).Span);
            }
            catch (Exception exception)
            {
                json.WriteStringValue($"cannot be written: {exception.Message}"); // of less weight than the failure that is told
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>All values that a record has, by slot.</summary>
    internal ColumnBuffer?[] Values(GroupRecord record) => Values(record, Enumerable.Range(0, _values.Length));

    internal ColumnBuffer?[] Values(GroupRecord record, IEnumerable<int> slots)
    {
        var buffers = new ColumnBuffer?[_values.Length];
        foreach (int slot in slots)
        {
            string name = _plan.Layout.Names[slot];
            if (_values[slot] is { } codec && record.Has(SectionKind.Values, name))
                buffers[slot] = record.ValuesOf(name, codec);
        }

        return buffers;
    }

    /// <summary>Writes some of the values that a dataset barrier has computed.</summary>
    internal void WritePiece(ByteWriter writer, ColumnPlan barrier, ColumnBuffer values)
    {
        int count = values.Count;
        writer.Number(count);
        try
        {
            _values[barrier.Runner.Binding.Outputs[0]]!.Write(values, count, AllOf(count), writer);
        }
        catch (Exception exception)
        {
            throw new CheckpointException($"Values of barrier '{barrier.Name}' could not be written to the checkpoint: {exception.Message}", exception);
        }
    }

    internal ColumnBuffer ReadPiece(ReadOnlyMemory<byte> bytes, ColumnPlan barrier)
    {
        var reader = new ByteReader(bytes.Span);
        long count = reader.Number();
        if (count > IBatchResult.PieceSize)
            throw new FormatException($"{count} values are more than a piece has.");
        return _values[barrier.Runner.Binding.Outputs[0]]!.Read(reader, (int)count, AllOf((int)count));
    }

    private static ulong[] AllOf(int count)
    {
        var all = new ulong[(count + 63) / 64];
        Array.Fill(all, ulong.MaxValue);
        if (count % 64 != 0)
            all[^1] = (1UL << count) - 1;
        return all;
    }

    private bool IsStored(int slot, int stage) => stage == _plan.StageCount - 1 ? _plan.IsOutput(slot) : _plan.IsKeptAfter(slot, stage);
}
