using System.Collections.Concurrent;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>Tells each call of one run what to do: the same for a cell's n-th call in every run, whenever that is.</summary>
internal sealed class ChaosScript(ChaosCase chaos)
{
    private readonly ConcurrentDictionary<(int Column, long Row), int> _turns = new();

    /// <summary>The turn of a call that begins.</summary>
    internal Turn Next(int column, long row) => At(column, row, _turns.AddOrUpdate((column, row), 1, (_, turns) => turns + 1) - 1);

    /// <summary>The turn of an estimate, if that is to throw; otherwise the call that follows has it.</summary>
    internal bool TryTakeEstimate(int column, long row, out Turn turn)
    {
        turn = At(column, row, _turns.GetValueOrDefault((column, row)));
        if (turn.Step != Step.MisjudgeWeight)
            return false;
        Next(column, row);
        return true;
    }

    private Turn At(int column, long row, int call) => new(chaos.Columns[column].StepOf(row, call), column, row, call);
}
