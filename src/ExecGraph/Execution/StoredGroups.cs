using ExecGraph.Checkpoints;

namespace ExecGraph.Execution;

/// <summary>
/// Lets the window save and fetch row groups without knowing whether the store answers at once. A store that does is called within the worker; for one that
/// does not, the wait is an activity of its own.
/// </summary>
internal sealed class StoredGroups(Engine engine, RunStore store)
{
    private volatile bool _isFetching;

    /// <summary>Whether a group is on its way in: groups begin in their order, so no other one is admitted until it has.</summary>
    internal bool IsFetching => _isFetching;

    /// <summary>Keeps a settled group, then goes on.</summary>
    internal void Save(ActiveRowGroup group, Action<Worker> then, Worker worker)
    {
        ValueTask saving = store.SaveAsync(group, group.Survivors);
        if (saving.IsCompletedSuccessfully)
            then(worker);
        else
            engine.Await(saving, then);
    }

    /// <summary>Gets what is stored of a group that is admitted to a stage, and begins with it: at once, or when it has come.</summary>
    /// <param name="group">The group.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="begin">Begins it; told nothing where nothing is stored of it.</param>
    /// <param name="worker">Who begins it if that is at once. Otherwise it is one that looks for further groups then.</param>
    /// <returns>Whether it has begun.</returns>
    internal bool TryFetch(ActiveRowGroup group, int stage, Action<StoredGroup?, Worker> begin, Worker worker)
    {
        bool isSettled = store.Has(stage, group.Index);
        if (!isSettled && stage == 0)
        {
            begin(null, worker);
            return true;
        }

        ValueTask<GroupRecord> reading = store.ReadAsync(isSettled ? stage : stage - 1, group.Index);
        if (reading.IsCompletedSuccessfully)
        {
            begin(new StoredGroup(store, reading.Result, isSettled), worker);
            return true;
        }

        _isFetching = true;
        engine.Await(reading, (record, by) =>
        {
            begin(new StoredGroup(store, record, isSettled), by);
            _isFetching = false;
            engine.Window.Admit(by);
        });
        return false;
    }
}

/// <summary>What is stored of a row group.</summary>
/// <param name="store">Where.</param>
/// <param name="record">What.</param>
/// <param name="isSettled">Whether it is settled in the stage to which it was admitted, so that nothing is left to do in it.</param>
internal sealed class StoredGroup(RunStore store, GroupRecord record, bool isSettled)
{
    internal bool IsSettled => isSettled;

    /// <summary>Makes the group what it was when it was settled.</summary>
    internal void Restore(ActiveRowGroup group, bool withValues)
    {
        store.Restore(group, record);
        if (withValues)
            RestoreValues(group);
    }

    internal void RestoreValues(ActiveRowGroup group) => group.Buffers = store.Values(group, record);
}
