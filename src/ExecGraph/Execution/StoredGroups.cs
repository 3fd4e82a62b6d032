using ExecGraph.Checkpoints;

namespace ExecGraph.Execution;

/// <summary>
/// Lets the window save and fetch row groups without knowing whether the store answers at once. A store that does is called within the worker; for one that
/// does not, the wait is an activity of its own.
/// </summary>
internal sealed class StoredGroups(Engine engine, RunStore store)
{
    private volatile bool _isFetching; // stays so if it fails, which ends the run

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

    /// <summary>Whether something is stored of a group that is admitted to a stage: of that stage, or of the one before. If so, no other one is admitted until it has been fetched.</summary>
    internal bool MustFetch(ActiveRowGroup group, int stage) => _isFetching = stage > 0 || store.Has(stage, group.Index);

    /// <summary>Gets what is stored of a group, and begins with it: at once, or when it has come, and then with the others.</summary>
    /// <returns>Whether it has begun.</returns>
    internal bool TryFetch(ActiveRowGroup group, int stage, Worker worker)
    {
        bool isSettled = store.Has(stage, group.Index);
        ValueTask<GroupRecord> reading = store.ReadAsync(isSettled ? stage : stage - 1, group.Index);
        if (reading.IsCompletedSuccessfully)
        {
            Begin(reading.Result, worker);
            return true;
        }

        engine.Await(reading, (record, by) =>
        {
            Begin(record, by);
            engine.Window.Admit(by);
        });
        return false;

        void Begin(GroupRecord record, Worker by)
        {
            if (isSettled)
            {
                group.Stage = stage;
                store.Restore(group, record, withValues: engine.Window.IsHandedOut(stage));
            }
            else
            {
                store.RestoreParked(group, record);
            }

            engine.Window.BeginFetched(group, isSettled, by);
            _isFetching = false;
        }
    }
}
