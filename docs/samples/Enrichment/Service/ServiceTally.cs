namespace Enrichment;

/// <summary>What the service saw. Thread-safe.</summary>
internal sealed class ServiceTally
{
    private readonly Lock _lock = new();
    private readonly int[] _answers = new int[Enum.GetValues<Answer>().Length];
    private int _here;
    private int _mostAtOnce;

    /// <summary>Requests, over all answers.</summary>
    public int Requests
    {
        get
        {
            lock (_lock)
                return _answers.Sum();
        }
    }

    /// <summary>The most requests that were being dealt with at the same time.</summary>
    public int MostAtOnce
    {
        get
        {
            lock (_lock)
                return _mostAtOnce;
        }
    }

    /// <summary>Requests that were answered with 429, for whatever reason.</summary>
    public int Refused => Count(Answer.TooFast) + Count(Answer.Overloaded) + Count(Answer.QuotaUsedUp);

    /// <summary>Requests that ended so.</summary>
    public int Count(Answer answer)
    {
        lock (_lock)
            return _answers[(int)answer];
    }

    public void Arrived()
    {
        lock (_lock)
            _mostAtOnce = Math.Max(_mostAtOnce, ++_here);
    }

    public void Left(Answer answer)
    {
        lock (_lock)
        {
            _here--;
            _answers[(int)answer]++;
        }
    }
}
