namespace Enrichment;

/// <summary>How a request ended, from the service's side.</summary>
internal enum Answer
{
    /// <summary>200.</summary>
    Fine,

    /// <summary>404: there is no such company.</summary>
    Unknown,

    /// <summary>422: nothing is written about this company.</summary>
    Confidential,

    /// <summary>500.</summary>
    Failed,

    /// <summary>429: more requests in a second than the service bears.</summary>
    TooFast,

    /// <summary>429: the service is overloaded.</summary>
    Overloaded,

    /// <summary>429: the day's quota is used up.</summary>
    QuotaUsedUp,

    /// <summary>None: the caller did not wait for it.</summary>
    HungUp,
}
