namespace ExecGraph.Tests.Support;

/// <summary>A small concurrent program: fresh state, threads over it, and what must hold when they have all ended.</summary>
/// <param name="Check">Runs when every thread has ended; throws if the outcome is wrong.</param>
/// <param name="Threads">The threads; one at least, eight at most.</param>
internal sealed record Scenario(Action Check, params Action[] Threads);

/// <summary>What an exploration found.</summary>
/// <param name="Schedules">Schedules that were run to their check.</param>
/// <param name="Failure">What the last of them failed with; null if none did.</param>
/// <param name="Schedule">
/// The failing schedule for <see cref="Explorer.Replay"/>: a letter for each atomic step, A being the first thread. Empty without a failure.
/// </param>
/// <param name="Trace">The same schedule for the reader: thread, operation, and the number of its location in order of appearance.</param>
internal sealed record Exploration(int Schedules, Exception? Failure, string Schedule, string Trace);
