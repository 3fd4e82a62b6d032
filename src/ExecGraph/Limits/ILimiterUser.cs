namespace ExecGraph.Limits;

/// <summary>Someone who found a limiter empty and wants to be told when it is not.</summary>
internal interface ILimiterUser
{
    /// <summary>Called outside the limiter's lock, though perhaps under another user's, on the thread that returned a permit; must be short and must not throw.</summary>
    void PermitsReturned();
}
