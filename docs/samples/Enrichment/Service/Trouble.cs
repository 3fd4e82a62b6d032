namespace Enrichment;

/// <summary>What stands in the way of a company for good, however often the service is asked.</summary>
internal enum Trouble
{
    None,

    /// <summary>The service does not know it: 404.</summary>
    Unknown,

    /// <summary>The service does not write about it: 422.</summary>
    Confidential,

    /// <summary>Looking it up always fails: 500.</summary>
    Damaged,
}
