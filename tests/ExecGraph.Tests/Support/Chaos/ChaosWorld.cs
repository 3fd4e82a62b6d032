using ExecGraph.Execution;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>What time and threads are for the runs of a case.</summary>
internal sealed class ChaosWorld
{
    private readonly VirtualTimeHost? _host;

    private ChaosWorld(VirtualTimeHost? host, TimeSpan unit)
    {
        _host = host;
        Unit = unit;
        Options = host?.Options() ?? new RunOptions();
    }

    /// <summary>Virtual time on the calling thread; a unit is a second.</summary>
    internal static ChaosWorld Virtual() => new(new VirtualTimeHost(), TimeSpan.FromSeconds(1));

    /// <summary>Real threads and the system's clock; a unit is so short that few cases wait long.</summary>
    internal static ChaosWorld Real() => new(host: null, TimeSpan.FromMilliseconds(2));

    internal bool IsVirtual => _host is not null;

    /// <summary>The unit of a case's times.</summary>
    internal TimeSpan Unit { get; }

    internal RunOptions Options { get; }

    internal TimeProvider Clock => Options.TimeProvider;

    internal long Ticks(double units) => (long)(units * Unit.TotalSeconds * Clock.TimestampFrequency);

    internal TimeSpan Time(double units) => units * Unit;

    internal Task Wait(double units, CancellationToken cancellationToken) => VirtualRun.Wait(Time(units).TotalSeconds, Clock, cancellationToken);

    internal T Await<T>(Func<Task<T>> start, TimeSpan hang) =>
        _host is not null ? _host.Within(start) : Task.Run(start).WaitAsync(hang).GetAwaiter().GetResult();

    /// <summary>Lets time pass until it is so; in virtual time only as long as anything is due.</summary>
    internal bool PassUntil(Func<bool> isSo)
    {
        if (_host is null)
            return SpinWait.SpinUntil(isSo, TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            if (!_host.TimeProvider.TryAdvanceToNextTimer())
                return false;
        }

        return true;
    }

    /// <summary>Whether a timer is armed, as far as that can be known.</summary>
    internal bool HasTimers => _host?.TimeProvider.NextDue is not null;
}
