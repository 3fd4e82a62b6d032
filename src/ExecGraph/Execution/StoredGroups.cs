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
    internal bool MustFetch(ActiveRowGroup group, int stage) => _isFetching = stage > 0 || store.StateOf(stage, group.Index) != StoredState.Missing;

    /// <summary>Gets what is stored of a group, and begins with it: at once, or when it has come, and then with the others.</summary>
    /// <returns>Whether it has begun.</returns>
    internal bool TryFetch(ActiveRowGroup group, int stage, Worker worker)
    {
        StoredState state = store.StateOf(stage, group.Index);
        ValueTask<(GroupRecord? Own, GroupRecord? Earlier)> reading = store.FetchAsync(state, stage, group.Index);
        if (reading.IsCompletedSuccessfully)
        {
            Begin(reading.Result, worker);
            return true;
        }

        engine.Await(reading, (records, by) =>
        {
            Begin(records, by);
            engine.Window.Admit(by);
        });
        return false;

        void Begin((GroupRecord? Own, GroupRecord? Earlier) records, Worker by)
        {
            group.Stage = stage;
            switch (state)
            {
                case StoredState.Settled:
                    store.Restore(group, records.Own!, withValues: engine.Window.IsHandedOut(stage));
                    break;
                case StoredState.Reopened:
                    store.Reopen(group, records.Own!, records.Earlier);
                    break;
                default:
                    store.RestoreParked(group, records.Earlier!);
                    break;
            }

            engine.Window.BeginFetched(group, state == StoredState.Settled, by);
            _isFetching = false;
        }
    }
}

/// <summary>What is stored of a row group in a stage.</summary>
internal enum StoredState
{
    /// <summary>Nothing: its rows run.</summary>
    Missing,

    /// <summary>All of it: nothing is left to do.</summary>
    Settled,

    /// <summary>All of it, but the rows that were dropped in this stage are to be tried again.</summary>
    Reopened,
}
