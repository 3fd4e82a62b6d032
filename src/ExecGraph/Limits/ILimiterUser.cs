namespace ExecGraph.Limits;

/// <summary>Someone who found a limiter empty and wants to be told when it is not.</summary>
internal interface ILimiterUser
{
    /// <summary>Called outside every lock, on the thread that returned a permit; must be short and must not throw.</summary>
    void PermitsReturned();
}
