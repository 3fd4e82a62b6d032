namespace Enrichment;

/// <summary>A company as the service knows it.</summary>
/// <param name="Name">Its name, which is unique.</param>
/// <param name="Sector">What it is in, such as "shipping".</param>
/// <param name="Headcount">How many people it employs; 3 or more.</param>
internal sealed record Company(string Name, string Sector, int Headcount)
{
    /// <summary>The sentence that the service writes about it.</summary>
    public string Summary => $"{Name} is in {Sector} and employs {Headcount:N0} people.";
}
