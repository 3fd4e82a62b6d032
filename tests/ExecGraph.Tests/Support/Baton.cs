namespace ExecGraph.Tests.Support;

/// <summary>
/// Lets one thread go on when another says so. Explored threads hand over at every turn of a schedule, so this is what an exploration costs.
/// </summary>
internal sealed class Baton
{
    private const int Nobody = 0;
    private const int Passed = 1;
    private const int Parked = 2;

    // To yield makes way for the other thread also where both share a processor, as on a busy machine: there to spin would only keep it
    // waiting. To be woken from a wait costs several times a yield, and is left to the threads whose turn is far off.
    private const int Yields = 20;

    private readonly SemaphoreSlim _wake = new(0);
    private int _state;

    /// <summary>Lets the waiting thread, or the next that waits, go on.</summary>
    internal void Pass()
    {
        if (Interlocked.Exchange(ref _state, Passed) == Parked)
            _wake.Release();
    }

    /// <summary>Waits for the pass, and uses it up.</summary>
    internal void Take()
    {
        for (int i = 0; i < Yields && Volatile.Read(ref _state) != Passed; i++)
            Thread.Yield();
        if (Interlocked.CompareExchange(ref _state, Parked, Nobody) == Nobody)
            _wake.Wait();
        Volatile.Write(ref _state, Nobody); // nobody passes again before this thread has gone on
    }
}
