namespace ExecGraph.Table;

/// <summary>A handle that remembers which builder gave it out.</summary>
internal interface IOwned
{
    object Owner { get; }
}
